// The real problem behind the solver seam: a pruned student, its frozen teacher, and a run's data.
#pragma once

#include "run/run_control.h"
#include "run/run_data.h"

namespace quell {

class StudentProblem : public BilevelProblem {
public:
    // All references must outlive the problem. Mismatch if the two models cannot be paired.
    static Result<std::unique_ptr<StudentProblem>> create(const RunSpec &spec, const Pipeline &pipeline, const RunData &data, const UNet &student,
                                                          const UNet &teacher, Parameters parameters, const RunControl &control);

    Parameters &parameters() override { return parameters_; }
    // Error Numerical if the loss is not finite, Cancelled before an evaluation after RunControl::stop_now.
    Result<LossValue> lower(std::int64_t batch) override;
    Result<LossValue> upper(std::int64_t batch) override;
    Result<double> lower_value(std::int64_t batch) override;

    const std::vector<TapPair> &taps() const { return taps_; }
    // The lower loss of any UNet on the frozen probe batch, without gradients.
    double probe(const UNet &unet) const;

private:
    StudentProblem(const RunSpec &spec, const Pipeline &pipeline, const RunData &data, const UNet &student, const UNet &teacher, Parameters parameters, const RunControl &control)
        : spec_(spec), pipeline_(pipeline), data_(data), student_(student), teacher_(teacher), parameters_(std::move(parameters)), control_(control)
    {
    }
    // Elements of a batch that are evaluated at once, all of one dataset.
    struct Slice {
        std::int64_t start, n;
        std::size_t set;
    };
    using Part = std::function<LossTerms(const Slice &)>;
    std::vector<Slice> slices(const std::vector<std::int64_t> &parts) const;
    LossTerms lower_terms(const UNet &unet, const NoisyBatch &batch, const Slice &slice) const;
    double value_of(const UNet &unet, const NoisyBatch &batch) const; // the lower loss without a gradient
    Result<LossValue> differentiate(const std::vector<Slice> &slices, const Part &evaluate, const char *level);
    // Where partial denoising ends: so many steps on, at the next one's time.
    struct Stop {
        std::int64_t step, time;
    };
    bool denoises() const;
    SamplingOptions denoising() const;
    Result<Stop> stop_for(std::int64_t t) const;
    Status denoise_partly(UpperBatch &batch) const;
    UpperBatch upper_batch(std::int64_t index) const; // on the models' device
    Status limit_upper_steps();                       // to the upper level's scope and saliency
    Result<std::vector<torch::Tensor>> salient(double share);

    const RunSpec &spec_;
    const Pipeline &pipeline_;
    const RunData &data_;
    const UNet &student_, &teacher_;
    Parameters parameters_;
    const RunControl &control_;
    std::vector<TapPair> taps_;
    std::vector<torch::Tensor> upper_masks_; // see Parameters::mask_gradients; none: no limit
};

} // namespace quell
