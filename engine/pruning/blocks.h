// Block removal as BK-SDM does it: whole layers, the mid block and the innermost stage go, and the rest keeps its weights
// (Kim et al., "BK-SDM: A Lightweight, Fast, and Cheap Version of Stable Diffusion", ECCV 2024).
#pragma once

#include "architecture/outline.h"
#include "pruning/unet_parts.h"

namespace quell {

enum class BlockRemoval {
    Base,  // one layer a block: down blocks keep their first, up blocks their first and last
    Small, // base without the mid block
    Tiny,  // small without the innermost stage; up blocks move up one with their upsamplers
};

// The config that is left; its `source` is a config.json that diffusers opens. Errors: Unsupported where a block has one layer already or no stage would be left; `place` names the model.
Result<UNetConfig> reduced_config(const UNetConfig &config, BlockRemoval removal, const std::string &place);

// Tensors share storage. Errors: those of reduced_config; Mismatch where the tensors are not the config's dense UNet, or the innermost stage's neighbour takes
// another width than it leaves (tiny needs the two innermost stages equally wide, as in Stable Diffusion).
Result<UNetParts> remove_blocks(const UNetParts &dense, BlockRemoval removal);

} // namespace quell
