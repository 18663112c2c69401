#include "cli/command.h"
#include "cli/concepts_file.h"
#include "cli/progress.h"
#include "data/concept_match.h"
#include "data/image_folder.h"

#include <fmt/format.h>

namespace quell::cli {
namespace {

struct Arguments {
    std::string folder, concepts;
    bool verify = false, json = false;
};

Json pictures_json(const ImageFolder &folder)
{
    Json pictures = Json::array();
    for (const auto &entry : folder.entries)
        pictures.push_back({{"file", entry.file.generic_string()}, {"caption", entry.caption}, {"width", entry.width}, {"height", entry.height},
                            {"concepts", Json::array()}});
    return pictures;
}

Json excluded_json(const ImageFolder &folder)
{
    Json excluded = Json::array();
    for (const auto &file : folder.excluded)
        excluded.push_back({{"file", file.file}, {"reason", name_of(file.reason)}, {"detail", file.detail}});
    return excluded;
}

// Tells each picture the concepts its caption names.
Json sort_by_concept(const ImageFolder &folder, const std::vector<Concept> &concepts, Json &pictures)
{
    const auto captions = folder.captions();
    Json counts = Json::array();
    for (const auto &target : concepts) {
        const auto split = split_captions(captions, target);
        for (const auto i : split.naming)
            pictures[i]["concepts"].push_back(target.name);
        counts.push_back({{"name", target.name}, {"naming", split.naming.size()}, {"warnings", split.warnings}});
    }
    return counts;
}

std::string text_of(const Json &json)
{
    auto text = fmt::format("{} pictures: {} for the lower level, {} name a concept; {} files excluded\n", json["pictures"].size(), json["lower"].get<std::size_t>(),
                            json["upper"].get<std::size_t>(), json["excluded"].size());
    for (const auto &item : json["concepts"]) {
        text += fmt::format("{}: named by {}\n", item["name"].get<std::string>(), item["naming"].get<std::size_t>());
        for (const auto &warning : item["warnings"])
            text += "  " + warning.get<std::string>() + '\n';
    }
    for (const auto &item : json["excluded"])
        text += fmt::format("{}: {} ({})\n", item["file"].get<std::string>(), item["reason"].get<std::string>(), item["detail"].get<std::string>());
    return text;
}

Status verify(ImageFolder &folder)
{
    Progress progress;
    const auto total = static_cast<std::int64_t>(folder.entries.size());
    std::int64_t done = 0;
    return exclude_unreadable(folder, [&] { progress.show("decoding", ++done, total); return false; });
}

Outcome data(const Arguments &arguments)
{
    std::vector<Concept> concepts;
    if (!arguments.concepts.empty()) {
        QUELL_ASSIGN(concepts, read_concepts(arguments.concepts));
    }
    QUELL_ASSIGN(auto folder, open_image_folder(arguments.folder));
    if (arguments.verify)
        QUELL_TRY(verify(folder));
    Json pictures = pictures_json(folder);
    Json counts = sort_by_concept(folder, concepts, pictures);
    const auto upper = std::count_if(pictures.begin(), pictures.end(), [](const Json &picture) { return !picture["concepts"].empty(); });
    const Json json{{"folder", arguments.folder}, {"lower", pictures.size() - upper}, {"upper", upper}, {"concepts", std::move(counts)},
                    {"excluded", excluded_json(folder)}, {"pictures", std::move(pictures)}};
    print_data(arguments.json, json, arguments.json ? "" : text_of(json));
    return {};
}

} // namespace

void add_data(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("data", "Lists a folder of pictures with captions, as a run would read it.");
    command->add_option("folder", arguments->folder, "Folder in the imagefolder layout: pictures with .txt files or metadata beside them")->required();
    command->add_option("--concepts", arguments->concepts, "JSON array of concepts, or a run.json: which captions name them");
    command->add_flag("--verify", arguments->verify, "Decode every picture, so that damage behind the header shows too");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] { outcome = data(*arguments); });
}

} // namespace quell::cli
