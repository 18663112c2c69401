// --prediction and --tokenizer: what a single file does not hold.
#pragma once

#include "formats/configs.h"

#include <CLI/CLI.hpp>

namespace quell::cli {

struct SingleFileArguments {
    std::string prediction_name, tokenizer;

    void add_to(CLI::App &command)
    {
        command.add_option("--prediction", prediction_name, "What the UNet predicts, where the model does not tell or tells wrong")->check(CLI::IsMember({"epsilon", "v"}));
        command.add_option("--tokenizer", tokenizer, "Tokenizer folder in place of the model's own (single files have none: CLIP's is taken)");
    }
    std::optional<Prediction> prediction() const
    {
        return prediction_name.empty() ? std::nullopt : std::optional(prediction_name == "v" ? Prediction::V : Prediction::Epsilon);
    }
};

} // namespace quell::cli
