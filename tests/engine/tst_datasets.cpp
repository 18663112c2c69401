// Several datasets in one lower level, and pictures that the teacher makes.
#include "core/random.h"
#include "run/made_pictures.h"
#include "run/student_problem.h"
#include "run/trainable.h"
#include "small_run.h"

#include <QtTest>

using namespace quell;
using torch::Tensor;

class TestDatasets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(dir.isValid());
        QVERIFY(test::make_pictures(at("pictures")));
        QVERIFY(test::make_pictures(at("artist")));
        pipeline.emplace(*Pipeline::open(starter / "model", {}));
        teacher.emplace(*UNet::open(starter / "model", {}));
        student.emplace(*UNet::open(starter / "pruned", {}));
    }

    // Each dataset's part with its own terms, put together by hand.
    void everyPartHasItsOwnTerms()
    {
        auto json = test::small_spec(at("pictures"));
        json["lower"]["batch"] = 4;
        json["lower"]["weight"] = 3;
        json["lower"]["datasets"] = {{{"data", at("artist").string()}, {"output", 0}, {"feature", 0}, {"snr_gamma", 2}, {"exclude_concepts", false}}};
        const auto spec = *parse_run_spec(json, "test", "/", presets_folder());
        const auto data = RunData::prepare(spec, *pipeline, {}, 64, at("cache"), {});
        QVERIFY2(data, data ? "" : to_string(data.error()).c_str());
        QCOMPARE(data->summary().pictures, std::size_t{24});
        QCOMPARE(data->summary().lower, std::size_t{8 + 12}); // neon leaves the first alone
        RunControl control;
        const auto problem = StudentProblem::create(spec, *pipeline, *data, *student, *teacher, *make_trainable(spec.training, 1, spec.student, *student), control);
        QVERIFY2(problem, problem ? "" : to_string(problem.error()).c_str());
        const auto batch = data->lower_batch(5);
        QCOMPARE(batch.parts, (std::vector<std::int64_t>{3, 1}));
        const auto part = [&](std::int64_t start, std::int64_t n) {
            return NoisyBatch{batch.x.narrow(0, start, n), batch.t.narrow(0, start, n), batch.hidden.narrow(0, start, n), batch.target.narrow(0, start, n), batch.weight.narrow(0, start, n), {}};
        };
        QVERIFY(torch::allclose(batch.weight.narrow(0, 3, 1), pipeline->schedule.min_snr_weight(batch.t.narrow(0, 3, 1), 2)));
        const auto first = lower_loss(*student, *teacher, (*problem)->taps(), spec.lower.datasets[0].weights, part(0, 3)), second = lower_loss(*student, *teacher, {}, {1, 0, 0, 2}, part(3, 1));
        QCOMPARE(second.terms.size(), std::size_t{1}); // the teacher is not asked
        const double expected = .75 * first.loss.item<double>() + .25 * second.loss.item<double>();
        (.75 * first.loss + .25 * second.loss).backward();
        const auto gradients = (*problem)->parameters().take_gradients();
        const auto value = (*problem)->lower(5);
        QVERIFY(value);
        QVERIFY(std::abs(value->loss - expected) < 1e-5 * expected);
        // A term is told as the mean over the pictures that have it.
        const auto term_of = [](const auto &terms, const std::string &name) {
            return std::find_if(terms.begin(), terms.end(), [&](const auto &term) { return term.first == name; })->second;
        };
        const double output = term_of(first.terms, "output").template item<double>();
        QVERIFY(std::abs(term_of(value->terms, "output") - output) < 1e-4 * output);
        const auto ours = (*problem)->parameters().take_gradients();
        for (std::size_t i = 0; i < ours.size(); ++i)
            QVERIFY(ours[i].defined() == gradients[i].defined() && (!ours[i].defined() || (ours[i] - gradients[i]).norm().item<double>() <= 1e-3 * gradients[i].norm().item<double>() + 1e-7));
        QVERIFY(std::abs(*(*problem)->lower_value(5) - expected) < 1e-4 * expected);
    }

    // Over an epoch of its own every picture of a dataset comes once.
    void everyDatasetHasItsOwnOrder()
    {
        auto json = test::small_spec(at("pictures"));
        json["lower"]["batch"] = 3;
        json["lower"]["caption_dropout"] = 0;
        json["lower"]["datasets"] = {{{"data", at("artist").string()}, {"weight", 2}, {"exclude_concepts", false}}};
        const auto spec = *parse_run_spec(json, "test", "/", presets_folder());
        const auto data = RunData::prepare(spec, *pipeline, {}, 64, at("cache"), {});
        QVERIFY(data);
        std::set<float> seen;
        for (std::int64_t index = 0; index < 6; ++index) { // two of twelve a batch
            const auto batch = data->lower_batch(index);
            QCOMPARE(batch.parts, (std::vector<std::int64_t>{1, 2}));
            for (int i = 1; i < 3; ++i)
                seen.insert(batch.hidden[i].sum().item<float>()); // captions differ by their number
        }
        QCOMPARE(seen.size(), std::size_t{12});
    }

    // Captions made to name a concept: a style takes another's place at the end, an object its neighbour's where it stands; without captions the kind's own prompts.
    void promptsThatNameAConcept()
    {
        Concept rose;
        rose.name = rose.phrase = "rose", rose.kind = ConceptKind::Object, rose.neighbours = {"ghost", "owl"};
        QCOMPARE(naming_prompts({"an owl, noto style", "a rose, ink style", "a ghost in ink style"}, rose), (std::vector<std::string>{"a rose, noto style", "a rose in ink style"}));
        Concept neon;
        neon.name = neon.phrase = "neon", neon.neighbours = {"noto", "ink"};
        QCOMPARE(naming_prompts({"an owl, noto style"}, neon), (std::vector<std::string>{"an owl, neon style"}));
        const auto own = naming_prompts({"a rose"}, rose);
        QVERIFY(own.size() >= 6 && own.front() == "a picture of a rose");
    }

    void theTeacherMakesPicturesOnce()
    {
        const auto spec = *parse_run_spec(test::small_spec(at("pictures")), "test", "/", presets_folder());
        const std::vector<std::string> prompts{"an owl", "a rose, ink style"};
        int drawn = 0;
        const CacheHooks hooks{[&](std::size_t, std::size_t) { ++drawn; }, {}};
        const auto folder = made_pictures(spec, *pipeline, *teacher, prompts, 3, 64, at("cache"), hooks);
        QVERIFY2(folder, folder ? "" : to_string(folder.error()).c_str());
        const auto read = open_image_folder(*folder);
        QVERIFY(read);
        QCOMPARE(read->captions(), (std::vector<std::string>{prompts[0], prompts[1], prompts[0]}));
        const auto noise = starting_noise(*pipeline, 3, 64, derive_seed(spec.seed, "made pictures"));
        const auto expected = *draw(*pipeline, *teacher, {prompts[0], prompts[1], prompts[0]}, noise, spec.samples.sampling);
        const Tensor second = *read_image(read->path(read->entries[1]));
        QVERIFY((second.to(torch::kFloat32) - expected[1].to(torch::kFloat32)).abs().max().item<double>() <= 1);
        QCOMPARE(drawn, 1);
        QCOMPARE(made_pictures(spec, *pipeline, *teacher, prompts, 3, 64, at("cache"), hooks)->string(), folder->string());
        QCOMPARE(drawn, 1);
        auto other = spec;
        other.seed = 5;
        QVERIFY(*made_pictures(other, *pipeline, *teacher, prompts, 3, 64, at("cache"), hooks) != *folder);
    }

    // A whole run whose concept no picture shows and whose retain set the teacher makes.
    void aRunNeedsNoPicturesOfItsOwn()
    {
        auto json = test::small_spec(at("pictures"));
        json["concepts"] = {{{"phrase", "stained glass"}, {"kind", "style"}, {"neighbours", {"neon", "ink", "watercolor"}}}};
        json["lower"]["datasets"] = {{{"prompts", {"an owl", "a rose"}}, {"pictures", 4}, {"diffusion", 0}}};
        json["upper"]["source"] = "concept";
        json["upper"]["objective"] = "esd";
        json["upper"]["made"] = 5;
        json["solver"]["every"] = 1;
        json["steps"] = 2;
        json["samples"] = {{"steps", 2}};
        const auto spec = *parse_run_spec(json, "test", "/", presets_folder());
        RunControl control;
        const auto outcome = train(spec, at("run"), at("cache"), control, {});
        QVERIFY2(outcome, outcome ? "" : to_string(outcome.error()).c_str());
        const auto events = *read_lines(at("run") / "events.ndjson");
        const auto data = std::find_if(events.begin(), events.end(), [](const Json &event) { return event["type"] == "data"; });
        QVERIFY(data != events.end());
        QCOMPARE((*data)["upper"].get<int>(), 5);
        QCOMPARE((*data)["lower"].get<int>(), 12 + 4);
        QCOMPARE((*data)["naming"]["stained glass"].get<int>(), 5);
        // Its frozen file still asks the teacher, and runs again to the same bits.
        const auto again = *read_run_spec(at("run") / "run.json", presets_folder());
        QCOMPARE(again.lower.datasets.size(), std::size_t{2});
        QVERIFY(train(again, at("run again"), at("cache"), control, {}));
        const auto first = *read_text(at("run") / "metrics.ndjson"), second = *read_text(at("run again") / "metrics.ndjson");
        QCOMPARE(Json::parse(first.substr(0, first.find('\n')))["upper"]["loss"], Json::parse(second.substr(0, second.find('\n')))["upper"]["loss"]);
    }

private:
    fs::path at(const std::string &name) const { return fs::path(dir.path().toStdString()) / name; }
    const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";
    QTemporaryDir dir;
    std::optional<Pipeline> pipeline;
    std::optional<UNet> teacher, student;
};

QTEST_APPLESS_MAIN(TestDatasets)
#include "tst_datasets.moc"
