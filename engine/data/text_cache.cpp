#include "data/text_cache.h"

#include "core/sha256.h"

namespace quell {

namespace {

class TextReader {
public:
    TextReader(const TextStateEncoder &encode, const TextOptions &options, const CacheHooks &hooks)
        : encode_(encode), options_(options), hooks_(hooks)
    {
        file_ = options.cache / ("text-" + options.text_encoder.substr(0, 32) + ".safetensors");
    }

    Result<TextStates> read(const std::vector<std::string> &prompts)
    {
        QUELL_TRY(make_writable_folder(options_.cache));
        TextStates result;
        std::vector<std::string> distinct;
        for (const auto &prompt : prompts)
            if (result.row.emplace(prompt, static_cast<std::int64_t>(distinct.size())).second)
                distinct.push_back(prompt);
        if (auto cached = read_state_dict(file_))
            known_ = std::move(*cached);
        QUELL_TRY(encode_missing(distinct));
        std::vector<torch::Tensor> rows;
        for (const auto &prompt : distinct)
            rows.push_back(known_.at(sha256_of(prompt)));
        result.states = torch::stack(rows);
        return result;
    }

private:
    Status encode_missing(const std::vector<std::string> &distinct)
    {
        std::vector<std::string> missing;
        for (const auto &prompt : distinct)
            if (!known_.contains(sha256_of(prompt)))
                missing.push_back(prompt);
        report(distinct.size() - missing.size(), distinct.size());
        const auto batch = static_cast<std::size_t>(options_.batch);
        for (std::size_t begin = 0; begin < missing.size(); begin += batch) {
            if (hooks_.cancelled && hooks_.cancelled())
                return fail(ErrorCode::Cancelled, "stopped while encoding prompts");
            const auto end = std::min(begin + batch, missing.size());
            const auto states = encode_({missing.begin() + begin, missing.begin() + end}).to(torch::kCPU, torch::kFloat32).contiguous();
            for (auto i = begin; i < end; ++i)
                known_[sha256_of(missing[i])] = states[static_cast<std::int64_t>(i - begin)];
            report(distinct.size() - missing.size() + end, distinct.size());
        }
        return missing.empty() ? Status{} : write_state_dict(file_, known_, {{"text_encoder", options_.text_encoder}});
    }

    void report(std::size_t done, std::size_t total) const
    {
        if (hooks_.progress)
            hooks_.progress(done, total);
    }

    const TextStateEncoder &encode_;
    const TextOptions &options_;
    const CacheHooks &hooks_;
    fs::path file_;
    StateDict known_; // by SHA-256 of the prompt
};

} // namespace

torch::Tensor TextStates::rows(const std::vector<std::string> &prompts) const
{
    std::vector<std::int64_t> rows;
    for (const auto &prompt : prompts)
        rows.push_back(row.at(prompt));
    return torch::tensor(rows, torch::kInt64);
}

Result<TextStates> encode_texts(const std::vector<std::string> &prompts, const TextStateEncoder &encode, const TextOptions &options,
                                const CacheHooks &hooks)
{
    if (prompts.empty())
        return fail(ErrorCode::Usage, "no prompt to encode");
    torch::NoGradGuard no_grad;
    try {
        return TextReader(encode, options, hooks).read(prompts);
    } catch (const c10::OutOfMemoryError &) {
        return fail(ErrorCode::OutOfMemory, "not enough memory to encode " + std::to_string(options.batch) + " prompts at once; use smaller batches");
    } catch (const std::exception &error) {
        return fail(ErrorCode::Internal, error.what());
    }
}

} // namespace quell
