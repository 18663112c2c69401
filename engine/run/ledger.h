// What was suppressed in a model, run after run and edit after edit. The record is the folders themselves: a run starts from another's student or from an edited model,
// whose structure record tells what was edited ("edited": {"from": a UNet's place, "method"}).
#pragma once

#include "pruning/unet_parts.h"
#include "run/run_spec.h"

namespace quell {

struct LedgerEntry {
    fs::path run;                  // its folder, or the edited model
    fs::path before, after;        // UNets
    std::vector<Concept> concepts; // that came with it; none if it only fine-tuned
};

// The runs and edits that led to this run or edited model, itself last. Errors: NotFound (neither, or not complete), those of reading it; Malformed if they follow one
// another in a circle.
Result<std::vector<LedgerEntry>> read_ledger(const fs::path &run);

// The newest model with what the run or edit that brought a concept changed taken back: θ − (θ_after − θ_before), in fp32. All that that run did goes, its fine-tuning too, and
// what came later stays as far as changes of weights add up. Errors: NotFound (no run brought the concept), Usage (its run brought others too), Mismatch (shapes changed since).
Result<UNetParts> without_concept(const std::vector<LedgerEntry> &ledger, const std::string &concept_name);

} // namespace quell
