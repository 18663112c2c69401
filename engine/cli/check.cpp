#include "cli/command.h"
#include "cli/compute.h"
#include "cli/number.h"
#include "evaluation/model_check.h"

#include <fmt/format.h>

namespace quell::cli {
namespace {

Json to_json(const StageCheck &check)
{
    Json json{{"stage", check.stage}, {"passed", check.passed}, {"tolerance", check.tolerance}};
    json[check.stage == "image_out" ? "psnr" : "error"] = check.stage == "image_out" ? check.psnr : check.error;
    return json;
}

std::string to_line(const StageCheck &check)
{
    const auto figure = check.stage == "image_out" ? fmt::format("{:.1f} dB (at least {:g})", check.psnr, check.tolerance)
                                                   : fmt::format("{:.3e} (at most {:g})", check.error, check.tolerance);
    return fmt::format("{:<6} {:<60} {}\n", check.passed ? "ok" : "FAILED", check.stage, figure);
}

Outcome check(const fs::path &model, const fs::path &reference, const CheckOptions &options, bool as_json)
{
    QUELL_ASSIGN(const auto checks, check_model(model, reference, options));
    Json json = Json::array();
    std::string text;
    std::size_t failed = 0;
    for (const auto &item : checks) {
        json.push_back(to_json(item));
        text += to_line(item);
        failed += !item.passed;
    }
    print_data(as_json, json, text);
    if (failed)
        return fail(ErrorCode::CheckFailed, fmt::format("{} of {} stages are outside their tolerance", failed, checks.size()), reference.string());
    return {};
}

} // namespace

void add_check(CLI::App &app, Outcome &outcome)
{
    struct Arguments {
        std::string model, reference;
        double tolerance = 1e-4;
        ComputeArguments compute;
        bool json = false;
    };
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("check", "Holds a model against reference outputs written by another program.");
    command->add_option("model", arguments->model, "Pipeline or UNet folder")->required();
    command->add_option("reference", arguments->reference,
                        "safetensors file. Runs every stage it holds input and output for: prompts (metadata, a JSON array) -> ids; "
                        "ids -> hidden; x, t, hidden -> unet and grad.<parameter> (of mean(unet^2)); image -> vae_mean, vae_logvar; "
                        "vae_mean -> vae_decode; latents with prompts, steps, guidance and, if not the pipeline's own, sampler (metadata) -> image_out (0..1)")
        ->required();
    command->add_option("--tolerance", arguments->tolerance, "Largest relative error; gradients ten times as much")->check(from_zero())->capture_default_str();
    arguments->compute.add_to(*command);
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] {
        outcome = [&]() -> Outcome {
            CheckOptions options;
            options.tolerance = arguments->tolerance;
            QUELL_ASSIGN(options.load, arguments->compute.resolve("fp32"));
            return check(arguments->model, arguments->reference, options, arguments->json);
        }();
    });
}

} // namespace quell::cli
