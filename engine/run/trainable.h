// What of the student a run trains, and how the trained model is put together again.
#pragma once

#include "export/adapters.h"
#include "run/run_spec.h"
#include "models/unet.h"
#include "solvers/parameters.h"

namespace quell {

// Readies a student that was just opened: attaches adapters, takes gradients from what the scope leaves out, turns checkpointing on. The
// parameters are those in scope alone, so that nothing else has a gradient, a master or moments.
Result<Parameters> make_trainable(const Training &training, std::uint64_t seed, const fs::path &student_folder, const UNet &student);

// The whole trained UNet under diffusers names: what is in the student's folder with the trained parameters in their places, adapters merged
// (in fp32). Tensors that were not trained view the mapped file.
Result<StateDict> trained_weights(const Training &training, const fs::path &student_folder, const Parameters &trained);

// The adapters of a run of scope Lora.
Adapters trained_adapters(const Training &training, const Parameters &trained);

} // namespace quell
