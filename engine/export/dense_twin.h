// The dense twin of any model that is opened here, also of one that other programs cut.
#pragma once

#include "pruning/unet_parts.h"

namespace quell {

// As dense_padded (pruning/dense.h); before it, zeros take the place of what no gate stands for: feed-forward channels of any number, and dropped modules
// that are not the last of their block. `pruned`: one that UNet::build takes. Errors: those of dense_padded; Unsupported, naming the module, for narrower heads or groups, which zeros would change.
Result<UNetParts> dense_twin(UNetParts pruned);

} // namespace quell
