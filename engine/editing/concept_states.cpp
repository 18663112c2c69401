#include "editing/concept_states.h"

#include "data/concept_match.h"

#include <algorithm>

namespace quell {
namespace {

using torch::Tensor;

// Tokens before the end, the start among them.
std::int64_t tokens_in(const TextEncoder &text, const std::string &prompt)
{
    const auto ids = text.tokenizer().encode(prompt);
    return std::find(ids.begin() + 1, ids.end(), text.tokenizer().end_of_text()) - ids.begin();
}

// The last `n` states of a prompt.
Tensor tail(const Tensor &states, std::int64_t n)
{
    return states.narrow(0, states.size(0) - n, n);
}

std::vector<std::string> naming(const Concept &target, const std::vector<std::string> &prompts)
{
    std::vector<std::string> found{target.phrase};
    found.insert(found.end(), target.synonyms.begin(), target.synonyms.end());
    std::copy_if(prompts.begin(), prompts.end(), std::back_inserter(found), [&](const std::string &prompt) { return mentions(prompt, target); });
    return found;
}

// The concept may stand anywhere in its prompt; all states after its last token have seen it.
std::int64_t states_after(const TextEncoder &text, const std::string &prompt, const Concept &target)
{
    const auto places = find_mentions(prompt, target);
    const auto end = places.empty() ? prompt.size() : places.front().end;
    return text.tokenizer().length() - tokens_in(text, prompt.substr(0, end)) + 1;
}

} // namespace

Result<EditStates> edit_states(const TextEncoder &text, const std::vector<Concept> &concepts, const std::vector<std::string> &prompts,
                               const std::vector<std::string> &preserve)
try {
    torch::NoGradGuard no_grad;
    std::vector<Tensor> erase, towards, kept{text.encode({""})[0]};
    std::vector<std::string> held = preserve;
    for (const auto &target : concepts) {
        for (const auto &prompt : naming(target, prompts)) {
            const auto n = states_after(text, prompt, target);
            const Tensor both = text.encode({prompt, anchor_prompt(prompt, target)});
            erase.push_back(tail(both[0], n));
            towards.push_back(tail(both[1], n));
        }
        held.insert(held.end(), target.neighbours.begin(), target.neighbours.end());
    }
    if (erase.empty())
        return fail(ErrorCode::Usage, "there is no concept to erase", "concepts");
    for (const auto &prompt : held)
        kept.push_back(text.encode({prompt})[0].narrow(0, 1, tokens_in(text, prompt)));
    return EditStates{torch::cat(erase), torch::cat(towards), torch::cat(kept)};
} catch (const c10::Error &error) {
    return fail(ErrorCode::Internal, error.what_without_backtrace(), "text encoder");
}

} // namespace quell
