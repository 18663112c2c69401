#include "cli/command.h"
#include "cli/concepts_file.h"
#include "data/concept_match.h"

namespace quell::cli {
namespace {

struct Arguments {
    std::string concepts;
    std::vector<std::string> prompts;
    bool json = false;
};

Json matched(const std::string &prompt, const std::vector<Concept> &concepts)
{
    Json names = Json::array(), places = Json::array();
    std::string anchored = prompt;
    for (const auto &target : concepts) {
        const auto found = find_mentions(prompt, target);
        if (found.empty())
            continue;
        names.push_back(target.name);
        for (const auto &mention : found)
            places.push_back({mention.begin, mention.end});
        anchored = anchor_prompt(anchored, target);
    }
    std::sort(places.begin(), places.end());
    return {{"prompt", prompt}, {"concepts", std::move(names)}, {"mentions", std::move(places)}, {"anchor_prompt", anchored}};
}

Outcome match(const Arguments &arguments)
{
    QUELL_ASSIGN(const auto concepts, read_concepts(arguments.concepts));
    Json prompts = Json::array();
    std::string text;
    for (const auto &prompt : arguments.prompts) {
        prompts.push_back(matched(prompt, concepts));
        const auto &last = prompts.back();
        text += prompt + (last["concepts"].empty() ? "  (names no concept)" : "  ->  " + last["anchor_prompt"].get<std::string>()) + '\n';
    }
    print_data(arguments.json, {{"prompts", std::move(prompts)}}, text);
    return {};
}

} // namespace

void add_match(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("match", "Tells which concepts prompts name, where, and what the prompts become without them.");
    command->add_option("--concepts", arguments->concepts, "JSON array of concepts, or a run.json")->required();
    command->add_option("-p,--prompt", arguments->prompts, "A prompt; may be given again")->required();
    command->add_flag("--json", arguments->json, "Print JSON; mentions are [begin, end) in bytes of the UTF-8 prompt");
    command->callback([arguments, &outcome] { outcome = match(*arguments); });
}

} // namespace quell::cli
