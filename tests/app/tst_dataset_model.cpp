#include "app/pages/concepts/concept_model.h"
#include "app/pages/data/dataset_model.h"
#include "app/pages/data/duplicates.h"
#include "app/project/json_text.h"
#include "widgets/thumbnail_grid.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;

namespace {

Json listing()
{
    return Json::parse(R"json({"folder": "/pictures", "lower": 2, "upper": 1,
        "pictures": [{"file": "a.png", "caption": "an apple", "width": 128, "height": 128, "concepts": []},
                     {"file": "c.png", "caption": "a neon cat", "width": 64, "height": 200, "concepts": ["neon"]},
                     {"file": "d.png", "caption": "a dog", "width": 200, "height": 200, "concepts": []}],
        "excluded": [{"file": "b.png", "reason": "no caption", "detail": "neither"}, {"file": "../x.png", "reason": "outside the folder", "detail": ""},
                     {"file": "e.png", "reason": "unreadable", "detail": "cut off"}],
        "concepts": [{"name": "neon", "naming": 1, "warnings": ["little"]}]})json");
}

} // namespace

class DatasetModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheListing()
    {
        const auto dataset = readDataset(listing());
        QCOMPARE(dataset.pictures.size(), 6);
        QCOMPARE(dataset.excluded(), 3);
        QCOMPARE(dataset.lower, 2);
        QCOMPARE(dataset.concepts[0].warnings, QStringList{u"little"_qs});
        QStringList files;
        for (const auto &picture : dataset.pictures)
            files << picture.file;
        auto sorted = files;
        sorted.sort();
        QCOMPARE(files, sorted);
        QCOMPARE(readDataset(Json::parse("[1, {}]")).pictures.size(), 0);
        QCOMPARE(readDataset(Json::parse(R"json({"pictures": [3, {"file": 5}], "excluded": {}})json")).pictures.size(), 2);
    }

    void whatACheckFoundDamagedStaysExcluded()
    {
        auto dataset = readDataset(listing());
        QCOMPARE(dataset.unreadable().keys(), QStringList{u"e.png"_qs});
        dataset.exclude({{u"c.png"_qs, u"cut off"_qs}, {u"b.png"_qs, u"cut off"_qs}});
        QCOMPARE(dataset.excluded(), 4);
        QCOMPARE(dataset.upper, 0);
        QCOMPARE(dataset.lower, 2);
        QCOMPARE(dataset.unreadable().size(), 2); // b.png keeps its own reason
    }

    void countsAndFilters()
    {
        DatasetModel model;
        DatasetFilterModel filter(model);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal), second(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setDataset(readDataset(listing()));
        model.setSide(128);
        const auto counts = model.counts();
        const std::pair<DatasetFilter, int> expected[] = {{DatasetFilter::All, 6}, {DatasetFilter::NamesConcept, 1}, {DatasetFilter::Excluded, 3}, {DatasetFilter::NoCaption, 1},
            {DatasetFilter::Unreadable, 1}, {DatasetFilter::UnknownType, 0}, {DatasetFilter::OutsideFolder, 1}, {DatasetFilter::Small, 1}, {DatasetFilter::Duplicate, 0}};
        for (const auto &[kind, count] : expected) {
            QCOMPARE(counts[int(kind)], count);
            filter.setFilter(kind);
            QCOMPARE(filter.rowCount(), count);
        }
        model.setDuplicates({u"a.png"_qs, u"d.png"_qs});
        filter.setFilter(DatasetFilter::Duplicate);
        QCOMPARE(filter.rowCount(), 2);
        filter.setFilter(DatasetFilter::All);
        filter.setWords(u"NEON"_qs);
        QCOMPARE(filter.rowCount(), 1);
    }

    void whatLiesOutsideIsNeverOpened()
    {
        DatasetModel model;
        model.setDataset(readDataset(listing()));
        const auto path = [&](const char *file) { return model.index(model.rowOf(QString::fromLatin1(file))).data(ThumbnailGrid::PathRole).toString(); };
        QCOMPARE(path("../x.png"), QString());
        QCOMPARE(path("b.png"), u"/pictures/b.png"_qs);
        QCOMPARE(model.rowOf(u"nothing"_qs), -1);
    }

    void theSameFilesChangeInPlace()
    {
        DatasetModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setDataset(readDataset(listing()));
        model.setDuplicates({u"a.png"_qs});
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        auto json = listing();
        json["pictures"][0]["caption"] = "a pear";
        model.setDataset(readDataset(json));
        QCOMPARE(reset.size(), 0);
        const auto index = model.index(model.rowOf(u"a.png"_qs));
        QCOMPARE(index.data().toString(), u"a pear"_qs);
        QVERIFY(index.data(Qt::AccessibleTextRole).toString().contains(u"a.png"_qs));
        QCOMPARE(index.data(ThumbnailGrid::BadgesRole).value<QVector<Badge>>().size(), 1); // still a duplicate
        json["pictures"].erase(0);
        model.setDataset(readDataset(json));
        QCOMPARE(reset.size(), 1);
        QCOMPARE(model.rowCount(), 5);
    }

    void duplicatesAreFoundByContent()
    {
        QTemporaryDir folder;
        const auto write = [&](const QString &name, const QByteArray &bytes) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bytes);
        };
        write(u"a"_qs, "same");
        write(u"b"_qs, "same");
        write(u"c"_qs, "diff");
        write(u"d"_qs, "longer");
        DuplicateSearch search;
        QSignalSpy found(&search, &DuplicateSearch::found);
        search.start(folder.path(), {u"a"_qs, u"b"_qs, u"c"_qs, u"d"_qs, u"gone"_qs, u"gone too"_qs});
        QTRY_COMPARE(found.size(), 1);
        QCOMPARE(found[0][0].value<QSet<QString>>(), (QSet<QString>{u"a"_qs, u"b"_qs}));
        search.start(folder.path(), {u"a"_qs, u"b"_qs});
        search.stop();
        QTest::qWait(50);
        QCOMPARE(found.size(), 1);
    }

    void sideOfTheStartersModel()
    {
        QCOMPARE(sideOfModel(QStringLiteral(QUELL_SOURCE_DIR "/resources/starter/model")), 128);
        QCOMPARE(sideOfModel(u"/nowhere"_qs), 0);
    }

    void conceptsAsRows()
    {
        ConceptModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        Json concepts = Json::parse(R"json([{"name": "neon", "kind": "style", "phrase": "neon"}, {"kind": "object", "phrase": "rose", "anchor": "flower", "weight": 2}])json");
        model.setConcepts(concepts);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(1).data().toString(), u"rose"_qs);
        QVERIFY(model.index(1).data(ConceptModel::BecomesRole).toString().contains(u"flower"_qs));
        QCOMPARE(model.index(1).data(ConceptModel::WeightRole).toDouble(), 2.0);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset), changed(&model, &QAbstractItemModel::dataChanged);
        concepts[0]["phrase"] = "";
        model.setConcepts(concepts);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.size(), 1);
        QVERIFY(!model.index(0).data(ConceptModel::ProblemRole).toString().isEmpty());
        concepts.push_back(newConcept(concepts, u"neon"_qs));
        model.setConcepts(concepts);
        QCOMPARE(model.index(2).data().toString(), u"neon 2"_qs);
        model.setConcepts({});
        QCOMPARE(model.rowCount(), 0);
    }

    void conceptProblems()
    {
        const auto check = [](const char *json) { return checkConcept(Json::parse(json), 0); };
        QVERIFY(check(R"json([{"phrase": "neon"}])json").first().isEmpty());
        QVERIFY(!check(R"json([{"phrase": "  "}])json").phrase.isEmpty());
        QVERIFY(!check(R"json([{"phrase": "neon", "anchor": "Neon"}])json").anchor.isEmpty());
        QVERIFY(!check(R"json([{"phrase": "neon", "synonyms": ["glow"], "neighbours": ["ink", "Glow"]}])json").neighbours.isEmpty());
        QVERIFY(!check(R"json([{"phrase": "neon"}, {"phrase": "glow", "name": "Neon"}])json").name.isEmpty());
        ConceptProblems problems;
        addMatches(problems, {{u"ink"_qs, u"ink"_qs, {}, {}}}, {});
        QVERIFY(problems.first().isEmpty());
        addMatches(problems, {{u"neon sign"_qs, {}, {u"neon"_qs}, {}}}, {});
        QVERIFY(problems.neighbours.contains(u"neon sign"_qs));
    }

    void suggestionsShowTheConcept()
    {
        const auto style = suggestPrompts(Json::parse(R"json({"kind": "style", "phrase": "neon", "neighbours": ["ink"]})json"));
        QCOMPARE(style.target.first(), u"a red apple, neon style"_qs);
        QCOMPARE(style.neighbour, QStringList{u"a red apple, ink style"_qs});
        QVERIFY(!style.unrelated.isEmpty());
        QCOMPARE(suggestPrompts(Json::parse(R"json({"kind": "object", "phrase": "owl"})json")).target.first(), u"an owl"_qs);
        QVERIFY(suggestPrompts(Json::parse(R"json({"kind": "style", "phrase": ""})json")).target.isEmpty());
    }

    void mentionsAreBytesOfUtf8()
    {
        const auto matches = readMatches(Json::parse(R"json({"prompts": [{"prompt": "ein süßer Neon-Hund", "concepts": ["neon"], "mentions": [[12, 16]], "anchor_prompt": "ein süßer Hund"}]})json"));
        QCOMPARE(matches.size(), 1);
        QCOMPARE(matches[0].prompt.mid(matches[0].mentions[0].begin, matches[0].mentions[0].end - matches[0].mentions[0].begin), u"Neon"_qs);
    }

    void conceptsBeingWrittenAreHeldBack()
    {
        const auto usable = usableConcepts(Json::parse(R"json([{"phrase": " "}, {"name": "", "phrase": "rose"}])json"));
        QCOMPARE(usable.size(), std::size_t(1));
        QVERIFY(!usable[0].contains("name"));
    }
};

QTEST_MAIN(DatasetModelTest)
#include "tst_dataset_model.moc"
