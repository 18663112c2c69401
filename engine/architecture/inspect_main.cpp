// quell-inspect: what a model folder or file holds, told from headers alone; with --hash, what takes reading its weights.
#include "architecture/inspect.h"
#include "formats/weight_scan.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>

namespace {

// "3 of 10", "heads 3 of 10, layers 2 of 2", "a, b".
std::string words(const quell::Json &value)
{
    if (value.is_object() && value.size() == 2 && value.contains("kept"))
        return value["kept"].dump() + " of " + value["total"].dump();
    if (!value.is_structured())
        return value.is_string() ? value.get<std::string>() : value.dump();
    std::string text;
    for (const auto &[key, item] : value.items())
        text += (text.empty() ? "" : ", ") + (value.is_object() ? key + " " : "") + words(item);
    return text;
}

// One line a block.
std::string block_lines(const std::string &what, const quell::Json &blocks)
{
    std::string text;
    for (const auto &[name, parts] : blocks.items())
        text += "  " + what + " " + name + ": " + words(parts) + "\n";
    return text;
}

std::string training_lines(const quell::Json &training)
{
    std::string text;
    for (const auto &[scope, need] : training.items())
        text += "  memory to train " + scope + ": " + need["trained"].dump() + " parameters, " + need["fp32"].dump() + " bytes in fp32, " + need["bf16"].dump() + " in bf16\n";
    return text;
}

std::string unet_text(const quell::Json &unet)
{
    std::string text;
    for (const auto &[key, value] : unet.items())
        text += key == "training" ? training_lines(value)
                : key == "blocks" ? block_lines("kept in", value)
                : key == "pruned" ? block_lines("by its record, kept in", value)
                                  : "  unet " + key + ": " + value.dump() + "\n";
    return text;
}

std::string text_of(const quell::Inspection &inspection)
{
    std::string text = inspection.format + ", family: " + inspection.family + "\n";
    for (const auto &component : inspection.components) {
        text += "  " + component.name + ": " + std::to_string(component.parameters) + " parameters, " + std::to_string(component.bytes) + " bytes,";
        for (const auto &[dtype, count] : component.dtypes)
            text += " " + std::to_string(count) + " x " + dtype;
        text += "\n";
    }
    const auto memory = inspection.estimates();
    text += "  memory, to which activations and a run's teacher come: " + std::to_string(memory.load) + " bytes to load, " + std::to_string(memory.sample) + " to sample\n";
    text += unet_text(inspection.unet);
    for (const auto &difference : inspection.differences)
        text += "  the weights decide: " + difference + "\n";
    for (const auto &[key, value] : inspection.metadata)
        text += "  metadata " + key + ": " + value + "\n";
    for (const auto &note : inspection.notes)
        text += "  note: " + note + "\n";
    return text;
}

std::string dumped(const quell::Json &json) { return json.dump(2, ' ', false, quell::Json::error_handler_t::replace) + "\n"; }

int report(const quell::Error &error)
{
    std::cerr << "quell-inspect: " << quell::to_string(error) << "\n";
    return quell::exit_status(error.code);
}

quell::Json to_json(const quell::WeightScan &scan)
{
    quell::Json json = {{"values", scan.values}, {"zeros", scan.values ? static_cast<double>(scan.zeros) / static_cast<double>(scan.values) : 0.}};
    for (const auto &layer : scan.layers) { // those without zeros are left out
        if (layer.zeros > 0)
            json["layers"][layer.name] = static_cast<double>(layer.zeros) / static_cast<double>(layer.values);
    }
    for (const auto &file : scan.files)
        json["files"].push_back({{"file", file.path.string()}, {"sha256", file.sha256}});
    if (scan.files.size() == 1)
        json["sha256"] = scan.files.front().sha256;
    return json;
}

// "43 %" on standard error, ten times a second at most.
int hash(const std::string &path)
{
    using Clock = std::chrono::steady_clock;
    auto told = Clock::now();
    const auto scan = quell::scan_weights(path, [&](std::uint64_t done, std::uint64_t total) {
        if (Clock::now() - told < std::chrono::milliseconds(100))
            return;
        told = Clock::now();
        std::fprintf(stderr, "%llu %%\n", static_cast<unsigned long long>(100 * done / std::max<std::uint64_t>(total, 1)));
    });
    if (!scan)
        return report(scan.error());
    std::cout << dumped(to_json(*scan));
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    CLI::App app("Tells what a model folder or file holds, from headers alone", "quell-inspect");
    std::string path;
    quell::InspectOptions options;
    std::string teacher;
    bool as_json = false, as_hash = false;
    app.add_option("path", path, "A pipeline folder, a UNet folder, or a .safetensors, .ckpt, .pt or .bin file")->required();
    app.add_option("--size", options.size, "Pixels a side that multiply-accumulates are told for (default: the UNet's own)")->check(CLI::Range(64, 4096));
    app.add_option("--teacher", teacher, "A model that the UNet's blocks and feature taps are compared with");
    app.add_flag("--json", as_json, "Print JSON");
    app.add_flag("--hash", as_hash, "Read the weights: SHA-256 of each file, and the share of values that are exactly zero, of all and of each tensor that has some, as JSON");
    app.set_version_flag("--version", QUELL_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : quell::exit_status(quell::ErrorCode::Usage);
    }

    options.teacher = teacher;
    if (as_hash)
        return hash(path);
    const auto inspection = quell::inspect(path, options);
    if (!inspection)
        return report(inspection.error());
    std::cout << (as_json ? dumped(quell::to_json(*inspection)) : text_of(*inspection));
    return 0;
}
