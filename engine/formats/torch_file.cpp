#include "formats/torch_file.h"

namespace quell {

Result<TensorListing> read_torch_zip(std::span<const std::byte>, const std::string &place)
{
    return fail(ErrorCode::Unsupported, "a pickle file, which can run code; convert it to safetensors", place);
}

Result<TensorListing> read_torch_legacy(std::span<const std::byte>, const std::string &place)
{
    return fail(ErrorCode::Unsupported, "a pickle file, which can run code; convert it to safetensors", place);
}

} // namespace quell
