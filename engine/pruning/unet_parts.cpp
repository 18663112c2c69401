#include "pruning/unet_parts.h"

namespace quell {

Result<UNetParts> read_unet(const fs::path &model)
{
    QUELL_ASSIGN(UNetDescription description, describe_unet(model));
    QUELL_ASSIGN(StateDict tensors, read_state_dict(description.weights));
    return UNetParts{std::move(description.config), std::move(description.structure), std::move(tensors), description.folder.string()};
}

} // namespace quell
