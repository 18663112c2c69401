// What was suppressed in a student, run after run. The record is the run folders themselves: a run whose student is another run's goes on from it.
#pragma once

#include "pruning/unet_parts.h"
#include "run/run_spec.h"

namespace quell {

struct LedgerEntry {
    fs::path run, before;          // the run folder, and the UNet it started from
    std::vector<Concept> concepts; // that came with this run; none if it only fine-tuned
};

// The runs that led to this one, itself last. Errors: NotFound (no run.json, or not complete), those of reading it; Malformed if runs follow one another in a circle.
Result<std::vector<LedgerEntry>> read_ledger(const fs::path &run);

// The run's student with what the run that brought a concept changed taken back: θ − (θ_after − θ_before), in fp32. All that that run did goes, its fine-tuning too, and
// what came later stays as far as changes of weights add up. Errors: NotFound (no run brought the concept), Usage (its run brought others too), Mismatch (shapes changed since).
Result<UNetParts> without_concept(const std::vector<LedgerEntry> &ledger, const std::string &concept_name);

} // namespace quell
