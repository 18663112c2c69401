#include "models/clip_tokenizer.h"

#include <cstdlib>

namespace quell {

Result<fs::path> clip_tokenizer_folder()
{
    std::error_code ignored;
    const char *asked = std::getenv("QUELL_CLIP_TOKENIZER");
    const auto beside = fs::canonical("/proc/self/exe", ignored).parent_path() / "../share/quell/clip-tokenizer";
    const fs::path folder = asked ? fs::path(asked) : fs::is_directory(beside, ignored) ? beside.lexically_normal() : fs::path(QUELL_CLIP_TOKENIZER);
    if (!fs::is_directory(folder, ignored))
        return fail(ErrorCode::NotFound, "CLIP's tokenizer, which a single file does not hold, is not here; run packaging/setup's clip-tokenizer (packaging/run does), or give a "
                                         "folder with --tokenizer or QUELL_CLIP_TOKENIZER", folder.string());
    return folder;
}

} // namespace quell
