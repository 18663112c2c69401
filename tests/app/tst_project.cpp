// A project's draft: edits, undo, what lands in the file, and files that are not projects.
#include "app/project/json_text.h"
#include "app/project/project.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;

class ProjectTest : public QObject {
    Q_OBJECT

    static Json saved(const QString &folder)
    {
        const auto json = read_json((folder + QStringLiteral("/project.json")).toStdString());
        return json ? *json : Json();
    }
    static std::unique_ptr<Project> made(const QTemporaryDir &folder)
    {
        auto project = Project::create(folder.path(), QStringLiteral("Test"), Json{{"steps", 10}, {"lower", {{"data", "pictures"}}}});
        return project ? std::move(*project) : nullptr;
    }

private Q_SLOTS:
    void editsAreUndoneAndSaved()
    {
        QTemporaryDir folder;
        auto project = made(folder);
        QVERIFY(project);
        QSignalSpy changed(project.get(), &Project::draftChanged);
        project->set(QStringLiteral("/steps"), 20, QStringLiteral("Steps"));
        project->set(QStringLiteral("/upper/batch"), 4, QStringLiteral("Batch"));
        QCOMPARE(changed.count(), 2);
        QVERIFY(project->value(QStringLiteral("/upper/batch")) == Json(4));
        project->undoStack()->undo();
        QVERIFY(project->value(QStringLiteral("/upper/batch")).is_null());
        project->undoStack()->undo();
        QVERIFY(project->value(QStringLiteral("/steps")) == Json(10));
        project->undoStack()->redo();
        QTRY_VERIFY_WITH_TIMEOUT(saved(folder.path())["draft"]["steps"] == Json(20), 5000);
    }

    void quickEditsOfOneValueAreOne()
    {
        QTemporaryDir folder;
        auto project = made(folder);
        for (const auto *text : {"n", "ne", "neo", "neon"})
            project->set(QStringLiteral("/name"), text, QStringLiteral("Name"));
        QCOMPARE(project->undoStack()->count(), 1);
        project->undoStack()->undo();
        QVERIFY(project->value(QStringLiteral("/name")).is_null());
    }

    void theSameValueIsNoEdit()
    {
        QTemporaryDir folder;
        auto project = made(folder);
        project->set(QStringLiteral("/steps"), 10, QStringLiteral("Steps"));
        QCOMPARE(project->undoStack()->count(), 0);
    }

    void elementsOfArraysComeAndGo()
    {
        QTemporaryDir folder;
        auto project = made(folder);
        project->set(QStringLiteral("/concepts"), Json::array({Json{{"phrase", "a"}}, Json{{"phrase", "b"}}}), QStringLiteral("Add"));
        project->set(QStringLiteral("/concepts/1/phrase"), "c", QStringLiteral("Phrase"));
        project->undoStack()->undo();
        QCOMPARE(project->text(QStringLiteral("/concepts/1/phrase")), QStringLiteral("b"));
    }

    void closingSavesAtOnce()
    {
        QTemporaryDir folder;
        auto project = made(folder);
        project->set(QStringLiteral("/steps"), 77, QStringLiteral("Steps"));
        project.reset();
        QVERIFY(saved(folder.path())["draft"]["steps"] == Json(77));
    }

    void pathsInsideAreRelative()
    {
        QTemporaryDir folder;
        auto project = made(folder);
        QCOMPARE(project->relativePath(folder.path() + QStringLiteral("/models/a")), QStringLiteral("models/a"));
        QCOMPARE(project->relativePath(QStringLiteral("/elsewhere/a")), QStringLiteral("/elsewhere/a"));
        QCOMPARE(project->absolutePath(QStringLiteral("models/../b")), folder.path() + QStringLiteral("/b"));
        QVERIFY(project->draftElsewhere()["lower"]["data"] == toJson(folder.path() + QStringLiteral("/pictures")));
    }

    void whatIsNoProjectIsSaid_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("wanted");
        QTest::newRow("damaged") << QByteArray("{\"version\": 1, \"na") << QStringLiteral("project.json");
        QTest::newRow("newer") << QByteArray("{\"version\": 9, \"name\": \"x\", \"draft\": {}}") << QStringLiteral("newer Quell");
        QTest::newRow("no draft") << QByteArray("{\"version\": 1, \"name\": \"x\", \"draft\": 3}") << QStringLiteral("draft");
        QTest::newRow("no name") << QByteArray("{\"version\": 1, \"draft\": {}}") << QStringLiteral("name");
    }
    void whatIsNoProjectIsSaid()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, wanted);
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("project.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        const auto project = Project::open(folder.path());
        QVERIFY(!project);
        QVERIFY2(QString::fromStdString(to_string(project.error())).contains(wanted), to_string(project.error()).c_str());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content); // left as it is
    }

    void aFolderThatHoldsAProjectIsNotOverwritten()
    {
        QTemporaryDir folder;
        QVERIFY(made(folder));
        QVERIFY(!made(folder));
    }
};

QTEST_MAIN(ProjectTest)
#include "tst_project.moc"
