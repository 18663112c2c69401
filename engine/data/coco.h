// Captions in the form of COCO (https://cocodataset.org, "image captioning"): {"images": [{"id", "file_name"}], "annotations": [{"id", "image_id", "caption"}]}.
#pragma once

#include "core/files.h"

#include <string>
#include <vector>

namespace quell {

struct CocoCaption {
    std::string file_name, caption;
};

// A picture has several captions there; of each the one of the lowest id, in the order of "images"; pictures without one have an empty caption. Errors: Malformed, by
// file and key: other keys missing, an annotation of a picture that is not listed.
Result<std::vector<CocoCaption>> read_coco_captions(const fs::path &file);

} // namespace quell
