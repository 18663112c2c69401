#include "evaluation/scores.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <map>
#include <set>

using namespace quell;

namespace {

Vocabulary vocabulary()
{
    return {{"ink", "neon", "line art"},
            {"owl", "rose", "rocket", "anchor"},
            {"owl", "rose"},
            {"{a}, {s} style", "a picture of {a} in {s} style"},
            {"{a}", "a picture of {a}"}};
}

// A space of one axis for each object and each style: a text lies along what it names, a picture along what its first pixel says:
// red the object, green the style (none from 3 on), blue how far it leans to the style, in parts of 100.
Embedder axes()
{
    const auto words = vocabulary();
    const auto objects = static_cast<std::int64_t>(words.objects.size()), styles = static_cast<std::int64_t>(words.styles.size());
    const auto unit = [](const torch::Tensor &x) { return x / x.norm(2, -1, true); };
    return {[=](const std::vector<std::string> &prompts) {
                auto x = torch::full({static_cast<std::int64_t>(prompts.size()), objects + styles}, 1e-4);
                for (std::size_t i = 0; i < prompts.size(); ++i) {
                    const auto row = static_cast<std::int64_t>(i);
                    for (std::int64_t o = 0; o < objects; ++o)
                        if (prompts[i].find(words.objects[o]) != std::string::npos)
                            x[row][o] = 1;
                    for (std::int64_t s = 0; s < styles; ++s)
                        if (prompts[i].find(words.styles[s]) != std::string::npos)
                            x[row][objects + s] = 1;
                }
                return unit(x);
            },
            [=](const torch::Tensor &pictures) {
                auto x = torch::full({pictures.size(0), objects + styles}, 1e-4);
                for (std::int64_t i = 0; i < pictures.size(0); ++i) {
                    const auto pixel = pictures[i][0][0];
                    const auto style = pixel[1].item<int>();
                    x[i][pixel[0].item<int>()] = 1;
                    if (style < styles)
                        x[i][objects + style] = pixel[2].item<int>() / 100.0;
                }
                return unit(x);
            }};
}

torch::Tensor pictures(const std::vector<std::array<int, 3>> &colours)
{
    auto all = torch::zeros({static_cast<std::int64_t>(colours.size()), 2, 2, 3}, torch::kUInt8);
    for (std::size_t i = 0; i < colours.size(); ++i)
        for (int c = 0; c < 3; ++c)
            all[static_cast<std::int64_t>(i)].select(2, c).fill_(colours[i][c]);
    return all;
}

Concept neon()
{
    return {"neon", ConceptKind::Style, "neon", {"neon sign"}, {}, {}, 1};
}
Concept rose()
{
    return {"rose", ConceptKind::Object, "rose", {}, {}, {}, 1};
}

const Figure *figure(const Scores &scores, const std::string &model, const std::string &name)
{
    for (const auto &[m, figures] : scores.models)
        for (const auto &[n, value] : figures)
            if (m == model && n == name)
                return &value;
    return nullptr;
}

std::map<PromptGroup, std::vector<Drawing>> by_group(const std::vector<Drawing> &drawings)
{
    std::map<PromptGroup, std::vector<Drawing>> groups;
    for (const auto &drawing : drawings)
        groups[drawing.group].push_back(drawing);
    return groups;
}

bool near(double a, double b)
{
    return std::abs(a - b) < 2e-3; // the axes' 1e-4
}

} // namespace

class TestRecognition : public QObject {
    Q_OBJECT

    const std::vector<Drawing> drawings_{
        {"an owl, neon style", "owl", "neon", PromptGroup::Target, 0},  {"a rose, neon style", "rose", "neon", PromptGroup::Target, 1},
        {"an owl, ink style", "owl", "ink", PromptGroup::Other, 0},     {"a rose, line art style", "rose", "line art", PromptGroup::Other, 1},
        {"an owl", "owl", "", PromptGroup::Plain, 0},                   {"a rose", "rose", "", PromptGroup::Plain, 1},
    };
    const std::vector<DrawnPictures> models_{
        {"teacher", pictures({{0, 1, 100}, {1, 1, 100}, {0, 0, 100}, {1, 2, 100}, {0, 9, 0}, {1, 9, 0}})},
        {"reference", pictures({{0, 1, 100}, {1, 1, 100}, {0, 0, 100}, {1, 2, 100}, {0, 9, 0}, {2, 9, 0}})},
        // The owl without neon, the rose in ink: the concept is gone and the objects stay.
        {"student", pictures({{0, 9, 0}, {1, 0, 100}, {0, 0, 100}, {1, 0, 100}, {0, 9, 0}, {1, 9, 0}})},
    };

private Q_SLOTS:
    void readsVocabulary()
    {
        QTemporaryDir temporary;
        const auto folder = fs::path(temporary.path().toStdString());
        const auto write = [&](const char *file, const char *text) { std::ofstream(folder / file) << text; };
        write("objects.json", R"({"styles": ["neon"], "known": ["owl", "rose"], "subset": ["owl"]})");
        const auto shipped = fs::path(QUELL_SOURCE_DIR) / "resources/starter/prompts.json";
        const auto words = read_vocabulary(folder / "objects.json", shipped);
        QVERIFY2(words, words ? "" : to_string(words.error()).c_str());
        QCOMPARE(words->drawn, std::vector<std::string>{"owl"});
        QCOMPARE(fill_template(words->styled[0], "owl", "neon"), std::string("an owl, neon style"));
        QCOMPARE(fill_template("{s} style {n}", "rose", "ink"), std::string("ink style rose"));
        write("stranger.json", R"({"styles": ["neon"], "known": ["rose"], "subset": ["owl"]})");
        QVERIFY(!read_vocabulary(folder / "stranger.json", shipped));
        write("templates.json", R"({"version": 1, "styled": ["{a}"], "plain": ["{a}"]})");
        QVERIFY(!read_vocabulary(folder / "objects.json", folder / "templates.json"));
    }

    void knownNames()
    {
        QCOMPARE(*known_name({"x", ConceptKind::Style, "Neon Sign", {"NEON"}, {}, {}, 1}, vocabulary().styles), std::string("neon"));
        const auto unknown = known_name({"x", ConceptKind::Style, "art", {}, {}, {}, 1}, vocabulary().styles); // not "line art"
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::NotFound);
    }

    void stylePrompts()
    {
        const auto drawings = comparison_prompts(neon(), vocabulary(), 7);
        QVERIFY(drawings);
        auto groups = by_group(*drawings);
        QCOMPARE(drawings->size(), std::size_t{24}); // 3 groups × 2 objects × 4 rounds
        const auto &target = groups[PromptGroup::Target], &other = groups[PromptGroup::Other], &plain = groups[PromptGroup::Plain];
        std::map<std::string, int> styles;
        for (std::size_t i = 0; i < 8; ++i) {
            QCOMPARE(target[i].style, std::string("neon"));
            QVERIFY(target[i].prompt.find("neon style") != std::string::npos);
            QCOMPARE(target[i].latent, static_cast<std::uint64_t>(i)); // no latent twice with one object
            QCOMPARE(plain[i].latent, target[i].latent);
            QCOMPARE(plain[i].object, target[i].object);
            QCOMPARE(plain[i].style, std::string());
            QCOMPARE(other[i].object, target[i].object);
            ++styles[other[i].style];
        }
        QCOMPARE(styles, (std::map<std::string, int>{{"ink", 4}, {"line art", 4}}));
        QCOMPARE(target[0].prompt, std::string("an owl, neon style"));
        QCOMPARE(target[2].prompt, std::string("a picture of an owl in neon style"));
        QCOMPARE(by_group(*comparison_prompts(neon(), vocabulary()))[PromptGroup::Other].size(), std::size_t{150});
    }

    void objectPrompts()
    {
        auto groups = by_group(*comparison_prompts(rose(), vocabulary(), 7));
        std::map<std::string, int> styles;
        for (const auto &drawing : groups[PromptGroup::Target]) {
            QCOMPARE(drawing.object, std::string("rose"));
            QVERIFY(drawing.prompt.find("a rose") != std::string::npos);
            ++styles[drawing.style];
        }
        QCOMPARE(styles, (std::map<std::string, int>{{"ink", 3}, {"neon", 3}, {"line art", 3}}));
        QCOMPARE(groups[PromptGroup::Other].size(), std::size_t{7});
        for (const auto group : {PromptGroup::Other, PromptGroup::Plain})
            for (const auto &drawing : groups[group])
                QCOMPARE(drawing.object, std::string("owl"));
        const auto unsafe = comparison_prompts({"x", ConceptKind::Unsafe, "x", {}, {}, {}, 1}, vocabulary());
        QVERIFY(!unsafe);
        QCOMPARE(unsafe.error().code, ErrorCode::Unsupported);
    }

    void recognises()
    {
        const auto recogniser = Recogniser::create(axes(), vocabulary());
        QVERIFY(recogniser);
        const auto found = recogniser->recognise(pictures({{3, 2, 100}, {1, 0, 30}, {0, 1, 250}}).repeat({50, 1, 1, 1})); // more than a batch
        QVERIFY(found);
        QVERIFY(torch::equal(found->object, torch::tensor({3, 1, 0}, torch::kInt64).repeat({50})));
        QVERIFY(torch::equal(found->style, torch::tensor({2, 0, 1}, torch::kInt64).repeat({50})));
        QVERIFY(torch::equal(found->plain_object, torch::tensor({3, 1, 0}, torch::kInt64).repeat({50})));
        QCOMPARE(found->features.size(0), 150);
        QVERIFY(!recogniser->recognise(torch::zeros({1, 2, 2, 3})));
        const auto broken = Recogniser::create({[](const auto &) -> torch::Tensor { throw std::runtime_error("no texts"); }, {}}, vocabulary());
        QVERIFY(!broken);
    }

    // Texts along directions of known angles: ink lies nearer to neon than line art does, a rocket nearer to an owl than a rose.
    void nearNames()
    {
        Embedder embedder = axes();
        embedder.texts = [](const std::vector<std::string> &prompts) {
            const std::map<std::string, double> angles{{"neon", 0}, {"ink", .2}, {"line art", .9}, {"owl", 0}, {"rose", 1.2}, {"rocket", .3}, {"anchor", .8}};
            auto x = torch::zeros({static_cast<std::int64_t>(prompts.size()), 4});
            for (std::size_t i = 0; i < prompts.size(); ++i)
                for (const auto &[name, angle] : angles)
                    if (prompts[i].find(name) != std::string::npos) {
                        const int axis = name == "neon" || name == "ink" || name == "line art" ? 0 : 2;
                        x[static_cast<std::int64_t>(i)][axis] = std::cos(angle), x[static_cast<std::int64_t>(i)][axis + 1] = std::sin(angle);
                    }
            return x / x.norm(2, -1, true);
        };
        const auto recogniser = Recogniser::create(embedder, vocabulary());
        QVERIFY(recogniser);
        QCOMPARE(recogniser->near_styles("neon", 5), (std::vector<std::string>{"ink", "line art"}));
        QCOMPARE(recogniser->near_objects("owl", 2), (std::vector<std::string>{"rocket", "anchor"}));
        QVERIFY(recogniser->near_styles("oil", 2).empty());
    }

    void scoresAStyle()
    {
        const auto recogniser = *Recogniser::create(axes(), vocabulary());
        const auto real = pictures({{0, 1, 100}, {1, 1, 100}, {2, 1, 100}, {3, 1, 100}});
        const auto scores = score(recogniser, neon(), drawings_, models_, real);
        QVERIFY2(scores, scores ? "" : to_string(scores.error()).c_str());
        const auto value = [&](const char *model, const char *name) { return figure(*scores, model, name)->value; };
        QCOMPARE(value("teacher", "target_style"), 1.0);
        QCOMPARE(value("student", "target_style"), 0.0);
        QCOMPARE(value("student", "target_object"), 1.0);
        QCOMPARE(value("student", "other_style"), 0.5);
        QCOMPARE(value("student", "other_object"), 1.0);
        QCOMPARE(value("reference", "plain_object"), 0.5);
        QCOMPARE(value("student", "in_prompt_retention"), 1.0);
        QCOMPARE(figure(*scores, "student", "target_style")->n, 2);
        QCOMPARE(figure(*scores, "student", "target_style")->high, wilson({0, 2}).high);
        // cos of "owl, neon" with an owl: 1/√2, and with an owl in neon: 1; of "owl" with an owl: 1
        QVERIFY(near(value("teacher", "clip_score"), 100));
        QVERIFY(std::abs(value("student", "target_clip_score") - 100 * (std::sqrt(0.5) + 0.5) / 2) < 0.1);
        QVERIFY(std::abs(value("student", "other_clip_score") - 100 * (1 + 0.5) / 2) < 0.1);
        QCOMPARE(value("student", "cp"), 1.0);
        QCOMPARE(value("reference", "cp"), 0.0);
        // The mean of the real pictures is (1, 1, 1, 1, 0, 4, 0) / √20: 5/√40 with an owl in neon, 1/√20 with an owl, 1/√40 with an owl in ink.
        QVERIFY(near(value("teacher", "style_similarity_to_real"), 5 / std::sqrt(40)));
        QVERIFY(near(value("student", "style_similarity_to_real"), (1 / std::sqrt(20) + 1 / std::sqrt(40)) / 2));
        QVERIFY(near(value("reference", "style_similarity_to_reference"), 1));
        QVERIFY(near(value("student", "style_similarity_to_reference"), (std::sqrt(0.5) + 0.5) / 2));
        QCOMPARE(scores->floors[0].first, std::string("style_similarity_to_real"));
        QVERIFY(near(scores->floors[0].second.value, 1 / std::sqrt(40)));
        QVERIFY(near(scores->floors[1].second.value, 0.5)); // an owl in neon against an owl in ink
        QCOMPARE(scores->floors[3].second.value, 0.25);

        const auto json = to_json(*scores);
        QCOMPARE(json["version"].get<int>(), 1);
        QCOMPARE(json["concept"]["phrase"].get<std::string>(), std::string("neon"));
        QCOMPARE(json["models"]["student"]["target_object"]["value"].get<double>(), 1.0);
        QCOMPARE(json["models"]["student"]["target_object"]["n"].get<int>(), 2);
        QCOMPARE(json["pictures"], (Json{{"target", 2}, {"other", 2}, {"plain", 2}, {"real", 4}}));

        const auto lines = QString::fromStdString(to_table(*scores)).split('\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 13); // the names of the models, and twelve figures
        for (const auto &line : lines)
            QCOMPARE(line.size(), lines[0].size());
        QVERIFY(lines[1].startsWith("target_style"));
        QVERIFY(lines[1].contains("0.00 [0.00–0.66]"));
    }

    void leavesOutWhatIsNotThere()
    {
        const auto recogniser = *Recogniser::create(axes(), vocabulary());
        const auto scores = *score(recogniser, neon(), drawings_, {{"student", models_[2].pictures}});
        for (const char *name : {"in_prompt_retention", "cp", "style_similarity_to_real", "style_similarity_to_reference"})
            QVERIFY(!figure(scores, "student", name));
        QVERIFY(figure(scores, "student", "target_style"));
        QCOMPARE(to_json(scores)["floors"].size(), std::size_t{2});
    }

    void scoresAnObject()
    {
        const auto recogniser = *Recogniser::create(axes(), vocabulary());
        const std::vector<Drawing> drawings{{"a rose, ink style", "rose", "ink", PromptGroup::Target, 0},
                                            {"a rose, neon style", "rose", "neon", PromptGroup::Target, 1},
                                            {"an owl, ink style", "owl", "ink", PromptGroup::Other, 0}};
        const auto scores = score(recogniser, rose(), drawings,
                                  {{"teacher", pictures({{1, 0, 100}, {1, 1, 100}, {0, 0, 100}})},
                                   {"student", pictures({{2, 0, 100}, {3, 2, 100}, {0, 0, 100}})}});
        QVERIFY(scores);
        QCOMPARE(figure(*scores, "student", "target_object")->value, 0.0);
        QCOMPARE(figure(*scores, "student", "in_prompt_retention")->value, 0.5);
        QVERIFY(!figure(*scores, "student", "plain_object"));
        QVERIFY(!figure(*scores, "student", "style_similarity_to_reference"));
    }

    void refuses()
    {
        const auto recogniser = *Recogniser::create(axes(), vocabulary());
        const auto few = score(recogniser, neon(), drawings_, {{"student", pictures({{0, 0, 0}})}});
        QVERIFY(!few);
        QCOMPARE(few.error().place, std::string("student"));
        QVERIFY(!score(recogniser, neon(), drawings_, {models_[0], models_[0]}));
        auto unknown = drawings_;
        unknown[3].object = "unicorn";
        QVERIFY(!score(recogniser, neon(), unknown, models_));
    }
};

QTEST_APPLESS_MAIN(TestRecognition)
#include "tst_recognition.moc"
