#include "evaluation/model_check.h"

#include "sampling/pipeline.h"

#include <algorithm>
#include <cmath>

namespace quell {
namespace {

using torch::Tensor;

// The reference file and what was checked so far.
class Checker {
public:
    Checker(const fs::path &model, const fs::path &place, const CheckOptions &options) : model_(model), place_(place.string()), options_(options) {}

    Status open()
    {
        QUELL_ASSIGN(const auto file, open_tensor_file(place_));
        metadata_ = file->metadata();
        QUELL_ASSIGN(tensors_, read_state_dict(std::vector{file}));
        if (const auto text = metadata_.find("prompts"); text != metadata_.end()) {
            QUELL_ASSIGN(const auto json, parse_json(text->second, place_ + " metadata prompts"));
            const auto is_text = [](const Json &prompt) { return prompt.is_string(); };
            if (!json.is_array() || !std::all_of(json.begin(), json.end(), is_text))
                return fail(ErrorCode::Malformed, "the metadata's \"prompts\" must be a JSON array of texts", place_);
            prompts_ = json.get<std::vector<std::string>>();
        }
        return {};
    }

    Result<std::vector<StageCheck>> run()
    {
        QUELL_TRY(open());
        if ((has("ids") && !prompts_.empty()) || (has("ids") && has("hidden")))
            QUELL_TRY(check_text());
        if (has("x") && has("t") && has("hidden") && (has("unet") || has_gradients()))
            QUELL_TRY(check_unet());
        if (has("vae_mean") || has("vae_decode"))
            QUELL_TRY(check_autoencoder());
        if (has("latents") && has("image_out"))
            QUELL_TRY(check_image());
        if (checks_.empty())
            return fail(ErrorCode::NotFound, "holds no input with its reference output; see quell-engine check --help", place_);
        return checks_;
    }

private:
    bool has(const std::string &name) const { return tensors_.contains(name); }
    bool has_gradients() const
    {
        const auto first = tensors_.lower_bound("grad.");
        return first != tensors_.end() && first->first.starts_with("grad.");
    }
    Tensor input(const std::string &name) const { return tensors_.at(name).to(options_.load.device); }

    Status compare(const std::string &stage, const Tensor &ours, double tolerance, double floor = 0)
    {
        const Tensor a = ours.detach().to(torch::kCPU, torch::kFloat64), b = tensors_.at(stage).to(torch::kFloat64);
        if (a.sizes() != b.sizes())
            return fail(ErrorCode::Mismatch, stage + " has another shape than the model gives", place_);
        const double norm = std::max({b.norm().item<double>(), floor, 1e-30});
        const double error = (a - b).norm().item<double>() / norm;
        checks_.push_back({stage, error, 0, tolerance, error <= tolerance}); // a NaN fails
        return {};
    }

    Status check_text()
    {
        QUELL_ASSIGN(const auto encoder, TextEncoder::open(model_, options_.load));
        if (!prompts_.empty())
            QUELL_TRY(compare("ids", encoder.tokenize(prompts_), 0));
        if (has("hidden"))
            QUELL_TRY(compare("hidden", encoder.hidden(tensors_.at("ids").to(torch::kInt64)), options_.tolerance));
        return {};
    }

    Status check_unet()
    {
        QUELL_ASSIGN(const auto unet, UNet::open(model_, options_.load));
        const Tensor sample = unet.forward(input("x"), input("t").to(torch::kInt64), input("hidden")).sample;
        if (has("unet"))
            QUELL_TRY(compare("unet", sample, options_.tolerance));
        if (!has_gradients())
            return {};
        sample.to(torch::kFloat32).square().mean().backward();
        std::map<std::string, Tensor> parameters;
        double squares = 0;
        for (const auto &[name, parameter] : unet.parameters()) {
            parameters[name] = parameter;
            squares += parameter.grad().defined() ? std::pow(parameter.grad().norm().item<double>(), 2) : 0;
        }
        for (auto it = tensors_.lower_bound("grad."); it != tensors_.end() && it->first.starts_with("grad."); ++it) {
            const auto parameter = parameters.find(it->first.substr(5));
            if (parameter == parameters.end() || !parameter->second.grad().defined())
                return fail(ErrorCode::Mismatch, "the model has no gradient for " + it->first.substr(5), place_);
            QUELL_TRY(compare(it->first, parameter->second.grad(), 10 * options_.tolerance, 1e-6 * std::sqrt(squares)));
        }
        return {};
    }

    Status check_autoencoder()
    {
        torch::NoGradGuard no_grad;
        QUELL_ASSIGN(const auto autoencoder, Autoencoder::open(model_, options_.load));
        if (has("image") && has("vae_mean")) {
            const auto posterior = autoencoder.encode(input("image"));
            QUELL_TRY(compare("vae_mean", posterior.mean, options_.tolerance));
            if (has("vae_logvar"))
                QUELL_TRY(compare("vae_logvar", posterior.logvar, options_.tolerance));
        }
        if (has("vae_mean") && has("vae_decode"))
            QUELL_TRY(compare("vae_decode", autoencoder.decode(input("vae_mean")), options_.tolerance));
        return {};
    }

    Result<double> number(const std::string &key) const
    {
        const auto text = metadata_.find(key);
        char *end = nullptr;
        const double value = text == metadata_.end() ? 0 : std::strtod(text->second.c_str(), &end);
        if (!end || *end || text->second.empty())
            return fail(ErrorCode::Malformed, "image_out needs a number in the metadata's \"" + key + '"', place_);
        return value;
    }

    Status check_image()
    {
        QUELL_ASSIGN(const double steps, number("steps"));
        QUELL_ASSIGN(const double guidance, number("guidance"));
        const Tensor latents = input("latents").to(torch::kFloat32);
        if (static_cast<std::int64_t>(prompts_.size()) != latents.size(0))
            return fail(ErrorCode::Mismatch, "image_out needs as many prompts as latents", place_);
        QUELL_ASSIGN(const auto pipeline, Pipeline::open(model_, options_.load));
        QUELL_ASSIGN(const auto unet, UNet::open(model_, options_.load));
        SamplingOptions sampling{static_cast<std::int64_t>(steps), guidance};
        const auto sampler = metadata_.find("sampler");
        QUELL_ASSIGN(sampling.sampler, sampler == metadata_.end() ? pipeline.schedule.config().sampler : sampler_named(sampler->second));
        if (has("step_noise"))
            sampling.step_noise = [noise = tensors_.at("step_noise")](std::int64_t step) { return noise[step]; };
        QUELL_ASSIGN(const Tensor pixels, draw(pipeline, unet, prompts_, latents, sampling));
        const Tensor ours = pixels.permute({0, 3, 1, 2}).to(torch::kFloat64) / 255;
        const Tensor reference = tensors_.at("image_out").to(torch::kFloat64);
        if (ours.sizes() != reference.sizes())
            return fail(ErrorCode::Mismatch, "image_out has another shape than the model gives", place_);
        const double psnr = -10 * std::log10(std::max((ours - reference).square().mean().item<double>(), 1e-12));
        checks_.push_back({"image_out", 0, psnr, options_.image_psnr, psnr >= options_.image_psnr});
        return {};
    }

    fs::path model_;
    std::string place_;
    const CheckOptions &options_;
    StateDict tensors_;
    std::map<std::string, std::string> metadata_;
    std::vector<std::string> prompts_;
    std::vector<StageCheck> checks_;
};

} // namespace

Result<std::vector<StageCheck>> check_model(const fs::path &model, const fs::path &reference, const CheckOptions &options)
try {
    return Checker(model, reference, options).run();
} catch (const std::exception &error) {
    return fail(ErrorCode::Mismatch, error.what(), reference.string());
}

} // namespace quell
