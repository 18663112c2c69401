#include "data/cache_key.h"

#include "core/sha256.h"
#include "architecture/component.h"
#include "models/clip_tokenizer.h"

#include <algorithm>

namespace quell {

namespace {

Status add_files(Sha256 &hash, std::vector<fs::path> files)
{
    std::sort(files.begin(), files.end());
    for (const auto &file : files) {
        QUELL_ASSIGN(const auto digest, sha256_of_file(file));
        hash.update(file.filename().string() + "\n" + digest + "\n");
    }
    return {};
}

// Of a single file, what the component has of it.
Status add_single_file(Sha256 &hash, const fs::path &file, const std::string &name)
{
    QUELL_ASSIGN(const auto component, describe_component(file, name));
    hash.update(component.config.dump());
    for (const auto &weights : component.weights) {
        for (const auto &tensor : weights->tensors()) {
            const auto bytes = weights->bytes(tensor);
            hash.update(tensor.name + name_of(tensor.dtype));
            hash.update(std::string_view(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
        }
        QUELL_TRY(weights->intact());
    }
    return {};
}

Status add_component(Sha256 &hash, const fs::path &folder, const std::string &name, const LoadOptions &options)
{
    hash.update(c10::toString(options.dtype));
    if (is_file(folder))
        return add_single_file(hash, folder, name);
    QUELL_ASSIGN(auto files, weight_files(folder));
    files.push_back(folder / "config.json");
    return add_files(hash, std::move(files));
}

} // namespace

Result<std::string> autoencoder_key(const fs::path &vae_folder, const LoadOptions &options)
{
    Sha256 hash;
    QUELL_TRY(add_component(hash, vae_folder, "vae", options));
    return hash.finish();
}

Result<std::string> text_encoder_key(const fs::path &pipeline, const LoadOptions &options)
{
    QUELL_ASSIGN(const auto encoder, component_folder(pipeline, "text_encoder"));
    QUELL_ASSIGN(const auto tokenizer, is_file(pipeline) ? clip_tokenizer_folder() : component_folder(pipeline, "tokenizer"));
    Sha256 hash;
    QUELL_TRY(add_component(hash, encoder, "text_encoder", options));
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator at(tokenizer, error), end; !error && at != end; at.increment(error))
        if (at->is_regular_file(error))
            files.push_back(at->path());
    if (error)
        return fail(ErrorCode::Io, "cannot be listed: " + error.message(), tokenizer.string());
    QUELL_TRY(add_files(hash, std::move(files)));
    return hash.finish();
}

} // namespace quell
