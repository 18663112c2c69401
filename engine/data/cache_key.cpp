#include "data/cache_key.h"

#include "core/sha256.h"
#include "formats/model_folder.h"

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

Status add_component(Sha256 &hash, const fs::path &folder, const LoadOptions &options)
{
    QUELL_ASSIGN(auto files, weight_files(folder));
    files.push_back(folder / "config.json");
    QUELL_TRY(add_files(hash, std::move(files)));
    hash.update(c10::toString(options.dtype));
    return {};
}

} // namespace

Result<std::string> autoencoder_key(const fs::path &vae_folder, const LoadOptions &options)
{
    Sha256 hash;
    QUELL_TRY(add_component(hash, vae_folder, options));
    return hash.finish();
}

Result<std::string> text_encoder_key(const fs::path &pipeline, const LoadOptions &options)
{
    QUELL_ASSIGN(const auto encoder, component_folder(pipeline, "text_encoder"));
    QUELL_ASSIGN(const auto tokenizer, component_folder(pipeline, "tokenizer"));
    Sha256 hash;
    QUELL_TRY(add_component(hash, encoder, options));
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
