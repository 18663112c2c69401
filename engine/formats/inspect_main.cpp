// quell-inspect: what a model folder or a .safetensors file holds, told from headers alone.
#include "formats/model_folder.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace {

std::string text_of(const quell::Inspection &inspection)
{
    std::string text = inspection.format + ", family: " + inspection.family + "\n";
    for (const auto &component : inspection.components) {
        text += "  " + component.name + ": " + std::to_string(component.parameters) + " parameters, " + std::to_string(component.bytes) + " bytes,";
        for (const auto &[dtype, count] : component.dtypes)
            text += " " + std::to_string(count) + " x " + dtype;
        text += "\n";
    }
    for (const auto &[key, value] : inspection.unet.items())
        text += "  unet " + key + ": " + value.dump() + "\n";
    for (const auto &note : inspection.notes)
        text += "  note: " + note + "\n";
    return text;
}

} // namespace

int main(int argc, char **argv)
{
    CLI::App app("Tells what a model folder or a .safetensors file holds, from headers alone", "quell-inspect");
    std::string path;
    bool as_json = false;
    app.add_option("path", path, "A pipeline folder, a UNet folder or a .safetensors file")->required();
    app.add_flag("--json", as_json, "Print JSON");
    app.set_version_flag("--version", QUELL_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : quell::exit_status(quell::ErrorCode::Usage);
    }

    const auto inspection = quell::inspect(path);
    if (!inspection) {
        std::cerr << "quell-inspect: " << quell::to_string(inspection.error()) << "\n";
        return quell::exit_status(inspection.error().code);
    }
    std::cout << (as_json ? quell::to_json(*inspection).dump(2, ' ', false, quell::Json::error_handler_t::replace) + "\n" : text_of(*inspection));
    return 0;
}
