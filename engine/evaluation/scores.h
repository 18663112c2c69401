// The figures of a comparison: what models draw for the same prompts from the same latents, looked at by one evaluator.
//
// scores.json:
//   {"version": 1, "concept": {…as in run.json…},
//    "models": {"teacher": {"target_style": {"value", "low", "high", "n"}, …}, "reference": {…}, "student": {…}, …},
//    "floors": {"style_similarity_to_real": {…}, "style_similarity_to_reference": {…}, "style_chance": {…}, "object_chance": {…}},
//    "pictures": {"target": 164, "other": 164, "plain": 164, "real": 40}}
// Intervals are 95 %. They take pictures as independent; several latents of one object are a little less than that.
//
//   target_style, target_object    share of the target pictures whose style (object) is recognised: the best match among all objects in
//                                  all styles. Wilson.
//   other_style, other_object      the same of the other pictures
//   plain_object                   of the plain pictures, the best match among objects named without a style
//   in_prompt_retention            what of a prompt survives beside the concept, as a ratio to the teacher. A style: target_object to the
//                                  teacher's plain_object (same objects, same latents). An object: target_style to the teacher's. Katz.
//   clip_score                     mean of 100 cos(picture, its prompt) over all pictures; target_clip_score and other_clip_score over
//                                  those groups. Normal.
//   cp                             share of the target pictures that fit their prompt less than the reference's picture of the same prompt
//                                  and latent does; 0 for the reference itself (ConceptPrune, arXiv 2405.19237). Wilson.
//   style_similarity_to_real       mean cosine between a target picture and the mean of real pictures of the style. Normal.
//   style_similarity_to_reference  mean cosine between a target picture and the reference's of the same prompt and latent. Normal.
// Floors are what unrelated pictures reach: the teacher's (or else the first model's) other pictures against the real pictures' mean;
// the reference's target pictures against its own other pictures of the same object and latent; and chance.
// A figure that lacks what it needs is left out: a model named "teacher" or "reference", real pictures, a concept that is a style.
#pragma once

#include "evaluation/sightings.h"
#include "evaluation/wilson.h"

namespace quell {

struct DrawnPictures {
    std::string model;      // "teacher", "pruned", "reference", "filtered", "student"
    torch::Tensor pictures; // uint8 [drawings, height, width, 3]
};

using Figures = std::vector<std::pair<std::string, Figure>>; // in the order above

struct Scores {
    Concept target;
    std::vector<std::pair<std::string, Figures>> models;
    Figures floors;
    std::vector<std::pair<std::string, std::int64_t>> pictures;
};

// `real`: uint8 [n, height, width, 3] of pictures that show the concept, or undefined. Errors: Mismatch (a model with another number of
// pictures than drawings, two models of one name, a name that the vocabulary lacks), what Recogniser gives.
Result<Scores> score(const Recogniser &recogniser, const Concept &target, const std::vector<Drawing> &drawings,
                     const std::vector<DrawnPictures> &models, const torch::Tensor &real = {});

Json to_json(const Scores &scores);
// For the terminal: a row for each figure, a column for each model: "0.94 [0.89–0.97]", and the number of pictures.
std::string to_table(const Scores &scores);

} // namespace quell
