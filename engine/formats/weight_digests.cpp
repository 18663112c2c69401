#include "formats/weight_digests.h"

#include "core/sha256.h"
#include "formats/model_folder.h"

namespace quell {

Result<std::string> weight_digests(const fs::path &folder)
{
    QUELL_ASSIGN(const auto files, weight_files(folder));
    std::string digests;
    for (const auto &file : files) {
        QUELL_ASSIGN(const auto digest, sha256_of_file(file));
        digests += digest;
    }
    return digests;
}

} // namespace quell
