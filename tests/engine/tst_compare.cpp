// The comparison: figures of hand-made cells against closed forms, plans and their budgets, and a whole small comparison that is interrupted and goes on.
#include "compare/bench.h"
#include "small_run.h"

#include <QtTest>

#include <map>
#include <set>

using namespace quell;
using namespace quell::compare;
using torch::Tensor;

namespace {

Cell cell(const std::string &method, const std::string &style, const std::string &object, std::vector<float> real = {})
{
    Cell one;
    one.method = method, one.key = "k", one.target = "neon", one.seed = 1;
    for (const char c : style)
        one.style.push_back(c == '1');
    for (const char c : object)
        one.object.push_back(c == '1');
    one.fit.assign(style.size(), .25f);
    one.real = std::move(real);
    return one;
}

// Two objects; of each a target, an other and a plain drawing.
ConceptCells hand_made()
{
    ConceptCells cells;
    cells.target = {"neon", ConceptKind::Style, "neon", {}, {}, {}, 1};
    cells.neighbours = {"ink"};
    for (const char *object : {"owl", "rose"}) {
        cells.drawings.push_back({"", object, "neon", PromptGroup::Target, 0});
        cells.drawings.push_back({"", object, std::string(object) == "owl" ? "ink" : "noto", PromptGroup::Other, 0});
        cells.drawings.push_back({"", object, "", PromptGroup::Plain, 0});
    }
    cells.rows = {{cell("teacher", "111111", "111111", {.9f, .1f, 0, .9f, .3f, 0})},
                  {cell("pruned", "000000", "000000", {.5f, 0, 0, .5f, 0, 0})},
                  {cell("reference", "111111", "101111", {.8f, 0, 0, .6f, 0, 0})},
                  {cell("method", "100010", "101110", {.2f, 0, 0, .4f, 0, 0})}};
    cells.rows[3][0].fit = {.1f, .2f, .3f, .3f, .4f, .5f};
    cells.rows[3][0].relearnt = {1, 1};
    cells.rows[3][0].kernel_distance = .004;
    return cells;
}

double value_of(const Table &table, std::size_t row, const std::string &name)
{
    for (std::size_t c = 0; c < columns().size(); ++c) {
        if (columns()[c].name == name)
            return table.rows[row].values[c] ? table.rows[row].values[c]->figure.value : std::nan("");
    }
    return std::nan("");
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-6;
}

fs::path folder_of(const QTemporaryDir &folder, const char *name)
{
    return fs::path(folder.path().toStdString()) / name;
}

// A plan over the small run's pictures and a vocabulary of its own, small enough for seconds.
fs::path write_plan(const QTemporaryDir &folder, const Json &changes = Json::object())
{
    const auto starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";
    auto run = test::small_spec(folder_of(folder, "pictures"));
    run["evaluation"] = {{"evaluator", (starter / "evaluator").string()}, {"vocabulary", "objects.json"}, {"templates", (starter / "prompts.json").string()},
                         {"pictures", 3}, {"steps", 1}, {"guidance", 1}};
    std::ofstream(folder_of(folder, "objects.json")) << Json{{"styles", {"neon", "ink", "watercolor"}}, {"known", {"owl", "rose"}}, {"subset", {"owl", "rose"}}};
    std::ofstream(folder_of(folder, "run.json")) << run;
    Json plan{{"run", "run.json"}, {"evaluations", 6}, {"stage", {{"evaluations", 2}}}, {"seeds", {1}}, {"concepts", {{{"phrase", "neon"}, {"kind", "style"}, {"neighbours", {"ink", "watercolor"}}}}},
              {"relearning", {{"pictures", 2}, {"steps", 2}}},
              {"methods", {{{"name", "alternating"}, {"settings", {{"solver", {{"name", "alternating"}, {"every", 2}}}}}},
                           {{"name", "second stage"}, {"settings", {{"solver", {{"name", "two_stage"}}}}}},
                           {{"name", "UCE"}, {"edit", {{"method", "uce"}}}},
                           {{"name", "ConceptPrune"}, {"edit", {{"method", "concept-prune"}, {"steps", 2}, {"first", 1}}}}}}};
    plan.merge_patch(changes);
    std::ofstream(folder_of(folder, "plan.json")) << plan;
    return folder_of(folder, "plan.json");
}

} // namespace

class TestCompare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void figuresAreTheirDefinitions()
    {
        const auto tables = make_tables({hand_made()}, "reference", 0);
        QCOMPARE(tables.size(), std::size_t{1});
        const auto &table = tables[0];
        QVERIFY(near(value_of(table, 3, "suppressed"), .5));    // drawings 0 and 3
        QVERIFY(near(value_of(table, 3, "retained"), 1));       // both objects; the teacher has both plain ones
        QVERIFY(near(value_of(table, 3, "neighbours"), 0));     // drawing 1, in ink
        QVERIFY(near(value_of(table, 3, "styles"), .5));        // 1 and 4
        QVERIFY(near(value_of(table, 3, "objects"), .5));
        QVERIFY(near(value_of(table, 3, "plain"), .5));         // 2 and 5
        QVERIFY(near(value_of(table, 3, "clip"), 100 * (.2 + .3 + .4 + .5) / 4));
        QVERIFY(near(value_of(table, 3, "cp"), .5));            // .1 < .25, .3 not
        QVERIFY(near(value_of(table, 3, "similarity"), (.3 - .2) / (.7 - .2))); // floor: the teacher's others
        QVERIFY(near(value_of(table, 3, "relearnt"), 1));
        QVERIFY(near(value_of(table, 3, "distance"), 4));
        QVERIFY(near(value_of(table, 2, "similarity"), 1));
        QVERIFY(std::isnan(value_of(table, 2, "relearnt")));    // not tried
        QVERIFY(near(value_of(table, 2, "retained"), 1));
    }

    // A method is as far from itself as it is, in every resample; the interval of a share is about the normal one.
    void intervalsArePaired()
    {
        ConceptCells cells;
        cells.target = {"neon", ConceptKind::Style, "neon", {}, {}, {}, 1};
        std::string often, shifted;
        for (int i = 0; i < 200; ++i) {
            cells.drawings.push_back({"", "object " + std::to_string(i), "neon", PromptGroup::Target, 0});
            often += i % 5 < 2 ? '1' : '0';         // 0.4
            shifted += i % 5 < 2 || i < 20 ? '1' : '0'; // the same and 12 more
        }
        const std::string all(200, '1');
        cells.rows = {{cell("teacher", all, all)}, {cell("pruned", all, all)}, {cell("reference", all, all)}, {cell("a", often, all)}, {cell("b", shifted, all)}, {cell("a again", often, all)}};
        const auto table = make_tables({cells}, "a", 4000)[0];
        const auto &a = *table.rows[3].values[0], &b = *table.rows[4].values[0], &again = *table.rows[5].values[0];
        const double half = 1.96 * std::sqrt(.4 * .6 / 200);
        QVERIFY2(std::abs(a.figure.low - (.4 - half)) < .012 && std::abs(a.figure.high - (.4 + half)) < .012, qPrintable(QString("%1 %2").arg(a.figure.low).arg(a.figure.high)));
        QVERIFY(near(again.difference.low, -wilson({0, 200}).high) && near(again.difference.high, wilson({0, 200}).high)); // no picture differs
        QVERIFY(a.difference.low == 0 && a.difference.high == 0); // from itself
        QVERIFY(near(b.difference.value, .06));
        const double paired = 1.96 * std::sqrt(.06 * .94 / 200);
        QVERIFY(std::abs(b.difference.low - (.06 - paired)) < .01 && b.difference.low > 0 && std::abs(b.difference.high - (.06 + paired)) < .01);
    }

    // Seeds are means, and their spread is in the interval though every prompt agrees.
    void seedsAreResampled()
    {
        auto cells = hand_made();
        cells.rows[2].push_back(cells.rows[2][0]);
        cells.rows[3] = {cell("method", "111111", "111111"), cell("method", "000000", "111111")};
        const auto table = make_tables({cells}, "reference", 500)[0];
        QVERIFY(near(table.rows[3].values[0]->figure.value, .5));
        QVERIFY(table.rows[3].values[0]->figure.low == 0 && table.rows[3].values[0]->figure.high == 1);
        cells.rows[3][1].kernel_distance = .1; // seeds apart, but of no interval
        const auto &distance = make_tables({cells}, "reference", 500)[0].rows[3].values[10]->figure;
        QVERIFY(near(distance.value, 50) && distance.low == distance.high);
        // All drawings agree: Wilson's interval of two objects.
        const auto &teacher = table.rows[0].values[0]->figure;
        QVERIFY(near(teacher.value, 1) && near(teacher.low, wilson({2, 2}).low) && teacher.low < .5);
    }

    // What two concepts have in common is drawn once: the same plain pictures tell no more when they are shown twice.
    void commonPicturesCountOnce()
    {
        ConceptCells cells;
        cells.target = {"neon", ConceptKind::Style, "neon", {}, {}, {}, 1};
        std::string some;
        for (int i = 0; i < 100; ++i) {
            cells.drawings.push_back({"a thing", "object " + std::to_string(i), "", PromptGroup::Plain, static_cast<std::uint64_t>(i)});
            some += i % 2 ? '1' : '0';
        }
        const std::string all(100, '1');
        cells.rows = {{cell("teacher", all, all)}, {cell("pruned", all, all)}, {cell("reference", all, some)}};
        auto other = cells;
        other.target.name = other.target.phrase = "ink";
        const auto tables = make_tables({cells, other}, "reference", 4000);
        const auto plain = [&](const Table &table, std::size_t row) { return table.rows[row].values[5]->figure; };
        const double half = 1.96 * std::sqrt(.25 / 100);
        for (const auto &table : tables) {
            const auto figure = plain(table, 2);
            QVERIFY2(std::abs(figure.low - (.5 - half)) < .02 && std::abs(figure.high - (.5 + half)) < .02, qPrintable(QString("%1 %2").arg(figure.low).arg(figure.high)));
            QVERIFY(near(plain(table, 0).low, wilson({100, 100}).low)); // not of 200
        }
    }

    // Wilson's interval is of the pictures that a column counts, not of all.
    void intervalsAreOfTheColumnsPictures()
    {
        const auto tables = make_tables({hand_made()}, "teacher", 200);
        const auto value = [&](std::size_t row, std::size_t column) { return *tables[0].rows[row].values[column]; };
        QVERIFY(near(value(0, 2).figure.low, wilson({1, 1}).low)); // one neighbour, in ink
        QVERIFY(near(value(0, 3).figure.low, wilson({2, 2}).low));
        QVERIFY(std::isnan(value(3, 9).difference.value));          // the teacher does not relearn
        QVERIFY(to_markdown(tables, "teacher", {}).find("nan") == std::string::npos && to_csv(tables, Json::object()).find("nan") == std::string::npos);
    }

    // A row of a single cell is held against the reference of every seed.
    void singleCellsMeetEverySeed()
    {
        auto cells = hand_made();
        cells.rows[2].push_back(cells.rows[2][0]);
        cells.rows[2][1].fit.assign(6, .1f); // what the teacher draws fits better than this one's pictures, and worse than the other's
        cells.rows[3].push_back(cells.rows[3][0]);
        cells.rows[0][0].fit.assign(6, .2f);
        QVERIFY(near(value_of(make_tables({cells}, "reference", 0)[0], 0, "cp"), .5));
    }

    void tablesSayTheSameInEveryForm()
    {
        const auto tables = make_tables({hand_made()}, "reference", 100);
        const auto json = to_json(tables, "reference", {{"sampler", "DDIM"}});
        QCOMPARE(json["tables"][0]["rows"][3]["suppressed"]["figure"]["value"].get<double>(), .5);
        const Json protocol{{"sampler", "DDIM, 20 steps"}, {"training seeds", {43, 44}}};
        const auto csv = to_csv(tables, protocol), markdown = to_markdown(tables, "reference", protocol);
        std::istringstream lines(csv);
        for (std::string line; std::getline(lines, line);) // the columns are named first; every line has all of them
            QVERIFY2(line.ends_with(line.starts_with("concept,") ? ",sampler,latents,training seeds,evaluator" : R"(,"DDIM, 20 steps","","[43,44]","")"), line.c_str());
        QVERIFY(csv.find("\"neon\",\"method\",suppressed,0.5,") != std::string::npos);
        QVERIFY(markdown.find("| method | 0.50 [") != std::string::npos);
        QVERIFY(markdown.find("* sampler: DDIM") != std::string::npos);
        auto nearly = hand_made();
        nearly.rows[3][0].kernel_distance = -1e-5;
        QVERIFY(to_markdown(make_tables({nearly}, "reference", 100), "reference", {}).find("| -0 |") == std::string::npos); // a rounded zero has no sign
        const auto header = markdown.substr(markdown.find("| |"), markdown.find('\n', markdown.find("| |")) - markdown.find("| |"));
        QCOMPARE(std::count(header.begin(), header.end(), '|'), static_cast<std::ptrdiff_t>(columns().size() + 5));
    }

    void cellsComeBackAsTheyWere()
    {
        QTemporaryDir folder;
        auto one = hand_made().rows[3][0];
        one.compute = "fp32, 2 threads", one.seconds = 1.5, one.peak_bytes = 1 << 20, one.evaluations = 6;
        QVERIFY(write_atomically(folder_of(folder, "cell.json"), to_json(one).dump()));
        const auto back = read_cell(folder_of(folder, "cell.json"));
        QVERIFY(back);
        QVERIFY(back->style == one.style && back->object == one.object && back->relearnt == one.relearnt && back->compute == one.compute);
        QVERIFY(near(back->fit[4], one.fit[4]) && near(back->real[3], one.real[3]) && near(back->kernel_distance, .004));
        auto json = to_json(one);
        json["object"] = "1";
        QVERIFY(write_atomically(folder_of(folder, "cell.json"), json.dump()));
        QVERIFY(!read_cell(folder_of(folder, "cell.json")));
    }

    // What the starter pack ships: its plan, the cells made by it so far, and the artist's run.
    void theStarterPackReads()
    {
        const auto pack = fs::path(QUELL_SOURCE_DIR) / "resources/starter";
        for (const char *name : {"comparison", "comparison-80", "comparison-small", "comparison-all-pictures"}) {
            const auto plan = read_plan(pack / (std::string(name) + ".json"), presets_folder());
            QVERIFY2(plan, plan ? "" : to_string(plan.error()).c_str());
            std::set<std::string> methods{"teacher", "pruned", "reference"}, found;
            for (const auto &method : plan->methods)
                methods.insert(method.name);
            for (const auto &entry : fs::directory_iterator(pack / name / "cells")) {
                const auto cell = read_cell(entry.path() / "cell.json");
                QVERIFY2(cell, cell ? "" : to_string(cell.error()).c_str());
                QVERIFY2(methods.contains(cell->method), cell->method.c_str());
                QVERIFY(entry.path().filename().string().ends_with(cell->key));
                found.insert(cell->method);
            }
            QVERIFY2(found == methods, name); // of one concept and seed at least
        }
        const auto artist = read_run_spec(pack / "artist.json", presets_folder());
        QVERIFY2(artist, artist ? "" : to_string(artist.error()).c_str());
        QCOMPARE(artist->lower.datasets.size(), std::size_t{3});
    }

    void kernelDistance()
    {
        torch::manual_seed(2);
        const auto unit = [](const Tensor &x) { return x / x.norm(2, 1, true); };
        const Tensor a = unit(torch::randn({5, 4})), b = unit(torch::randn({5, 4}) + 1);
        double sum = 0;
        const auto k = [](const Tensor &x, const Tensor &y) { return std::pow(x.dot(y).item<double>() + 1, 3); };
        for (int i = 0; i < 5; ++i)
            for (int j = 0; j < 5; ++j)
                sum += i == j ? 0 : k(a[i], a[j]) + k(b[i], b[j]) - k(a[i], b[j]) - k(b[i], a[j]);
        QVERIFY(near(kernel_distance(a, b), sum / 20));
        QVERIFY(near(kernel_distance(a, a), 0));
    }

    void plansAreChecked()
    {
        QTemporaryDir folder;
        QVERIFY(test::make_pictures(folder_of(folder, "pictures")));
        const auto plan = read_plan(write_plan(folder), presets_folder());
        QVERIFY2(plan, plan ? "" : to_string(plan.error()).c_str());
        const auto alternating = method_run(*plan, plan->methods[0], plan->concepts[0], 1, "stage"), second = method_run(*plan, plan->methods[1], plan->concepts[0], 1, "stage");
        QVERIFY(alternating && second);
        QCOMPARE(alternating->steps, std::int64_t{4}); // and two upper steps
        QCOMPARE(second->steps, std::int64_t{4});      // what the stage left
        QCOMPARE(second->solver.lower_steps, std::int64_t{0});
        QVERIFY(second->student.filename() == "stage" && alternating->student.filename() == "pruned");
        QCOMPARE(stage_run(*plan, 7)->seed, std::uint64_t{7});
        const auto message = [&](const Json &changes) {
            const auto wrong = read_plan(write_plan(folder, changes), presets_folder());
            return wrong ? QString() : QString::fromStdString(to_string(wrong.error()));
        };
        QVERIFY(message({{"evaluations", 2}}).contains("stage"));
        QVERIFY(message({{"against", "nobody"}}).contains("against"));
        QVERIFY(message({{"metods", 1}}).contains("metods"));
        QVERIFY(message({{"settings", {{"lower", {{"batsch", 3}}}}}}).contains("batsch"));
        QVERIFY(message({{"methods", {{{"name", "x"}, {"edit", {{"method", "magic"}}}}}}}).contains("methods[0]: edit"));
        QVERIFY(message({{"methods", {{{"name", "x"}, {"edit", {{"method", "null-space"}, {"rank", 2}}}}}}}).contains("rank lie"));
        QVERIFY(message({{"methods", {{{"name", "x"}, {"settings", {{"solver", {{"name", "magic"}}}}}}}}}).contains("method \"x\""));
        QVERIFY(message({{"methods", {{{"name", "reference"}}}}}).contains("taken"));
        // The second concept has no neighbours to hold.
        const Json two{{{"phrase", "neon"}, {"kind", "style"}, {"neighbours", {"ink"}}}, {{"phrase", "ink"}, {"kind", "style"}}};
        QVERIFY(message({{"concepts", two}, {"settings", {{"upper", {{"neighbour", 1}}}}}}).contains("concept \"ink\""));
        QVERIFY(message({{"methods", {{{"name", "x"}, {"settings", {{"solver", {{"name", "penalty"}}}}}}}}}).contains("less than a round"));
    }

    // A method's solver has nothing of the run's, nor its runs of the run's own steps.
    void methodsSolversAreTheirOwn()
    {
        QTemporaryDir folder;
        QVERIFY(test::make_pictures(folder_of(folder, "pictures")));
        const Json solvers{{{"name", "penalty"}, {"settings", Json::object()}}, {{"name", "sum"}, {"settings", {{"solver", {{"name", "weighted_sum"}}}}}}};
        write_plan(folder, {{"methods", solvers}, {"evaluations", 60}});
        auto run = *read_json(folder_of(folder, "run.json"));
        run["solver"] = {{"name", "penalty"}, {"inner", 5}, {"lambda", 7}, {"ramp", 11}};
        run["lower"]["optimizer"] = {{"schedule", "cosine"}, {"length", 3}};
        QVERIFY(write_atomically(folder_of(folder, "run.json"), run.dump()));
        const auto plan = read_plan(folder_of(folder, "plan.json"), presets_folder());
        QVERIFY2(plan, plan ? "" : to_string(plan.error()).c_str());
        const auto penalty = method_run(*plan, plan->methods[0], plan->concepts[0], 1, {}), sum = method_run(*plan, plan->methods[1], plan->concepts[0], 1, {});
        QVERIFY(penalty && sum);
        QVERIFY(penalty->solver.inner == 5 && penalty->solver.lambda == 7);
        const auto own = default_solver(SolverKind::WeightedSum);
        QVERIFY(sum->solver.inner == own.inner && sum->solver.lambda == own.lambda && !has_copy(sum->solver));
        QCOMPARE(penalty->lower.optimizer.length, penalty->steps - penalty->steps / 6); // v's steps
        QCOMPARE(stage_run(*plan, 1)->lower.optimizer.length, std::int64_t{2});
    }

    // The whole way; stopped, gone on with, and a cell taken away: what is there is not made again, and what is made again is the same.
    void goesOnWhereItStopped()
    {
        QTemporaryDir folder;
        QVERIFY(test::make_pictures(folder_of(folder, "pictures")));
        const auto plan = read_plan(write_plan(folder), presets_folder());
        QVERIFY(plan);
        const auto out = folder_of(folder, "out"), cache = folder_of(folder, "cache");
        QStringList began;
        BenchObserver observer;
        RunControl stopping;
        observer.began = [&](const std::string &what) {
            began << QString::fromStdString(what);
            if (what.find("alternating") != std::string::npos)
                stopping.stop_after_step();
        };
        const auto stopped = carry_out(*plan, out, cache, {}, stopping, observer);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        RunControl control;
        const auto outcome = carry_out(*plan, out, cache, {}, control, observer);
        QVERIFY2(outcome, outcome ? "" : to_string(outcome.error()).c_str());
        QCOMPARE(outcome->tables[0].rows.size(), std::size_t{7});
        QCOMPARE(outcome->tables[0].rows[3].evaluations, 6.);
        QCOMPARE(outcome->tables[0].rows[5].evaluations, 2.); // the stage alone
        QVERIFY(outcome->tables[0].rows[3].seconds > 0 && outcome->tables[0].rows[3].peak_bytes > 1 << 20);
        QVERIFY(fs::exists(outcome->sheet) && fs::exists(outcome->csv) && fs::exists(outcome->markdown));
        const auto before = *read_text(outcome->json);
        // An edit, and the run that was stopped, which is now made in one go.
        std::map<fs::path, Cell> first;
        for (const auto &entry : fs::directory_iterator(out / "cells")) {
            const auto name = entry.path().filename().string();
            if (name.starts_with("neon-uce") || name.starts_with("neon-alternating"))
                first[entry.path()] = *read_cell(entry.path() / "cell.json");
        }
        QCOMPARE(first.size(), std::size_t{2});
        for (const auto &[folder, cell] : first)
            fs::remove_all(folder);
        began.clear();
        QVERIFY(carry_out(*plan, out, cache, {}, control, observer));
        QCOMPARE(began.filter("UCE").size(), 2); // the cell, and its relearning
        QCOMPARE(began.filter("alternating").size(), 2);
        QVERIFY(began.filter("ConceptPrune").isEmpty());
        for (const auto &[folder, cell] : first) {
            auto again = read_cell(folder / "cell.json");
            QVERIFY(again);
            again->seconds = cell.seconds, again->peak_bytes = cell.peak_bytes;
            QCOMPARE(QString::fromStdString(to_json(*again).dump()), QString::fromStdString(to_json(cell).dump()));
        }
        QCOMPARE(Json::parse(before)["tables"][0]["rows"].size(), std::size_t{7});
    }
};

QTEST_APPLESS_MAIN(TestCompare)
#include "tst_compare.moc"
