// Pictures that the teacher makes where there are none: of a concept to suppress, or of what is to be retained.
#pragma once

#include "data/latent_cache.h"
#include "models/unet.h"
#include "run/run_spec.h"
#include "sampling/pipeline.h"

namespace quell {

// A folder below `cache` with `count` pictures and a metadata.jsonl of their prompts, which take turns; drawn with the run's sample settings at `size`. It is named by
// all that the pictures depend on, so that it is made once; what a stopped call has drawn stays. `teacher` is spec.teacher's UNet. Errors: Cancelled, those of drawing.
Result<fs::path> made_pictures(const RunSpec &spec, const Pipeline &pipeline, const UNet &teacher, const std::vector<std::string> &prompts, std::int64_t count, std::int64_t size,
                               const fs::path &cache, const CacheHooks &hooks);

} // namespace quell
