#undef QT_NO_CAST_FROM_ASCII // texts of a test are plain literals
#undef QT_NO_CAST_TO_ASCII
#include "app/pages/history/history_page.h"
#include "app/pages/history/run_table.h"
#include "app/run/run_texts.h"
#include "app/run/run_reader.h"
#include "app/window/studio.h"
#include "run_folders.h"
#include "widgets/card.h"
#include "widgets/chips.h"
#include "widgets/look.h"
#include "widgets/tag_editor.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeWidget>
#include <QtTest>

using namespace quell;
using run_folders::Folder;

namespace {

RunRecord record(const QString &id, RunState state = RunState::Complete)
{
    RunRecord run;
    run.folder = "/runs/" + id;
    run.id = run.name = id;
    run.state = state;
    return run;
}

template <class Widget> Widget *shown(QWidget *below)
{
    for (auto *widget : below->findChildren<Widget *>())
        if (widget->isVisibleTo(below))
            return widget;
    return nullptr;
}

} // namespace

class tst_history_page : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_place;
    int m_count = 0;
    QString m_project;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<HistoryPage> m_page;

    QString run(const QString &id) const { return m_project + "/runs/" + id; }

    void open()
    {
        m_studio = std::make_unique<Studio>();
        const auto opened = m_studio->openProject(m_project);
        QVERIFY2(opened, opened ? "" : to_string(opened.error()).c_str());
        m_page = std::make_unique<HistoryPage>(*m_studio);
        m_page->resize(1180, 760);
        m_page->show();
        const auto runs = findRuns(m_project + "/runs").size();
        QTRY_COMPARE(m_studio->store()->runs().size(), runs);
    }

    QTableView *table() const { return m_page->findChild<QTableView *>(); }
    QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            names << table()->model()->index(row, RunTable::Run).data().toString();
        return names;
    }
    QString cell(int row, int column) const { return table()->model()->index(row, column).data().toString(); }
    QAction *action(const QString &id) const { return m_studio->actions()->action("history." + id); }
    template <class Box> Box *dialog() const { return m_page->findChild<Box *>(); }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", m_place.filePath("data").toUtf8());
        QDir().mkpath(m_place.filePath("data"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_place.filePath("settings"));
        QLocale::setDefault(QLocale::English);
    }

    void init()
    {
        m_project = m_place.filePath(QString::number(++m_count));
        QVERIFY(Project::create(m_project, "Test", Json{{"name", "draft"}, {"teacher", "model"}}));
        QDir().mkpath(m_project + "/runs");
    }
    void cleanup()
    {
        m_page.reset();
        m_studio.reset();
    }

    void texts()
    {
        QCOMPARE(RunTexts::share(Score{0.934, 0.89, 0.97}), QString::fromUtf8("93 % ± 4"));
        QCOMPARE(RunTexts::share({}), QString::fromUtf8("–"));
        QCOMPARE(RunTexts::duration(40), QString("40 s"));
        QCOMPARE(RunTexts::duration(59.7), QString("1 min"));
        QCOMPARE(RunTexts::duration(420), QString("7 min"));
        QCOMPARE(RunTexts::duration(3600 * 12 + 300), QString("12 h 5 min"));
        const QDateTime now(QDate(2026, 3, 12), QTime(9, 0));
        QVERIFY(RunTexts::when(now.addSecs(-3600), now).startsWith("today 8:00"));
        QVERIFY(RunTexts::when(now.addSecs(-3600 * 10), now).startsWith("yesterday 11:00"));
        QVERIFY(RunTexts::when(now.addDays(-3), now).startsWith("Monday"));
        QVERIFY(RunTexts::when(now.addDays(-30), now).contains("26"));
    }

    void figures_by_kind()
    {
        auto run = record("a");
        run.kind = "style";
        run.scores = {{"target_style", {0.07, 0.03, 0.11}}, {"target_object", {0.91, 0.86, 0.96}}, {"other_style", {0.94, 0.9, 0.98}}, {"other_object", {0.5, 0.4, 0.6}}};
        QCOMPARE(suppressed(run)->value, 0.93);
        QCOMPARE(kept(run)->value, 0.94);
        QCOMPARE(inPrompt(run)->value, 0.91);
        run.kind = "object";
        QCOMPARE(suppressed(run)->value, 1 - 0.91);
        QCOMPARE(kept(run)->value, 0.5);
        QVERIFY(!inPrompt(run));
        run.scores.clear();
        QVERIFY(!suppressed(run) && !kept(run));
    }

    void table_model()
    {
        RunTable table;
        RunFilter filter(&table);
        filter.sort(RunTable::When, Qt::DescendingOrder);
        QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::Fatal);
        QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
        table.setRuns({record("c"), record("b"), record("a")});
        const QPersistentModelIndex b = table.index(1, 0);
        table.setRuns({record("d", RunState::Running), record("b"), record("c"), record("e")}); // one gone, two new, two changed places
        QStringList ids;
        for (int row = 0; row < table.rowCount(); ++row)
            ids << table.run(row).id;
        QCOMPARE(ids, (QStringList{"d", "b", "c", "e"}));
        QCOMPARE(b.row(), 1);
        QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
        table.setRuns(table.runs());
        QVERIFY(changed.isEmpty());
        table.setRuns({record("d"), record("b"), record("c"), record("e")});
        QCOMPARE(changed.size(), 1);
        filter.setKind(RunFilter::Interrupted);
        QCOMPARE(filter.rowCount(), 0);
        filter.setKind(RunFilter::Finished);
        filter.setText("B");
        QCOMPARE(filter.rowCount(), 1);
        table.setRuns({});
        QCOMPARE(filter.rowCount(), 0);
    }

    void sorting_puts_equal_ones_newest_first()
    {
        RunTable table;
        RunFilter filter(&table);
        QVector<RunRecord> runs{record("new"), record("middle"), record("old")};
        runs[1].diskBytes = 5;
        table.setRuns(runs);
        const auto order = [&](Qt::SortOrder order) {
            filter.sort(RunTable::Disk, order);
            QStringList ids;
            for (int row = 0; row < 3; ++row)
                ids << filter.index(row, RunTable::Run).data().toString();
            return ids;
        };
        QCOMPARE(order(Qt::AscendingOrder), (QStringList{"new", "old", "middle"}));
        QCOMPARE(order(Qt::DescendingOrder), (QStringList{"middle", "new", "old"}));
    }

    void empty_teaches()
    {
        open();
        auto *empty = shown<EmptyState>(m_page.get());
        QVERIFY(empty);
        QCOMPARE(m_page->state(), Page::State::Nothing);
        QSignalSpy wanted(m_studio.get(), &Studio::pageWanted);
        QTest::mouseClick(empty->findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(wanted.first().first().toString(), QString("run"));
    }

    void rows_filters_and_search()
    {
        Folder(run("a")).complete().scores({{"target_style", 0.07}, {"other_style", 0.94}, {"target_object", 0.91}});
        Folder(run("b"), {{"name", "penalised"}, {"solver", QJsonObject{{"name", "penalty"}}}}).started(5000).event("stopped", 5100, {{"step", 3}});
        open();
        QTRY_COMPARE(names(), (QStringList{"penalised", "suppress neon"}));
        QCOMPARE(cell(1, RunTable::Suppressed), QString::fromUtf8("93 % ± 4"));
        QCOMPARE(cell(1, RunTable::Kept), QString::fromUtf8("94 % ± 4"));
        QCOMPARE(cell(1, RunTable::InPrompt), QString::fromUtf8("91 % ± 4"));
        QCOMPARE(cell(0, RunTable::Suppressed), QString::fromUtf8("–"));
        QCOMPARE(cell(0, RunTable::Method), QString("bilevel, penalty"));
        QCOMPARE(cell(1, RunTable::Time), QString("1 min"));
        QCOMPARE(m_page->state(), Page::State::Ready);

        auto *chips = m_page->findChild<FilterChips *>();
        chips->choose(RunFilter::Interrupted);
        QCOMPARE(names(), QStringList{"penalised"});
        chips->choose(RunFilter::Finished);
        QCOMPARE(names(), QStringList{"suppress neon"});
        auto *search = m_page->findChild<QLineEdit *>();
        QTest::keyClicks(search, "penal");
        QVERIFY(names().isEmpty());
        auto *nothing = shown<EmptyState>(m_page.get());
        QVERIFY(nothing);
        QTest::mouseClick(nothing->findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(names().size(), 2);
        QTest::keyClicks(search, "NEON finished");
        QCOMPARE(names(), QStringList{"suppress neon"});
    }

    void interrupted_run_asks()
    {
        Folder(run("a")).interrupted();
        run_folders::write(run("a") + "/engine.log", "info last words\n");
        open();
        QTRY_COMPARE(m_page->state(), Page::State::NeedsYou);
        QVERIFY(m_page->reason().contains("step 25 of 40"));
        const auto buttons = m_page->findChildren<QPushButton *>();
        const auto named = [&](const QString &text) {
            const auto found = std::find_if(buttons.begin(), buttons.end(), [&](QPushButton *button) { return button->text() == text && button->isVisibleTo(m_page.get()); });
            return found == buttons.end() ? nullptr : *found;
        };
        QVERIFY(named("Resume from 20"));
        QTest::mouseClick(named("Why?"), Qt::LeftButton);
        auto *box = dialog<QMessageBox>();
        QVERIFY(box);
        QVERIFY(box->informativeText().contains("last words"));
        box->close();
        table()->selectRow(0);
        QVERIFY(action("resume")->isEnabled());
        QCOMPARE(action("resume")->text(), QString("Resume from 20"));

        Folder(run("b")).started(9000).event("complete", 9100, {{"step", 40}}); // a newer run: the old one no longer asks
        m_studio->store()->refresh(run("b"));
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
        QVERIFY(!named("Why?"));
    }

    void keys_and_actions()
    {
        Folder(run("a")).complete();
        open();
        QTRY_COMPARE(names().size(), 1);
        QVERIFY(action("show")->isEnabled()); // the newest run is at hand
        table()->setFocus();
        QVERIFY(!action("resume")->isEnabled());
        QVERIFY(!action("reveal")->isVisible());
        QSignalSpy wanted(m_studio.get(), &Studio::pageWanted), compared(m_studio.get(), &Studio::compareWanted);
        action("show")->trigger();
        QCOMPARE(wanted.last().first().toString(), QString("run"));
        action("compare")->trigger();
        QCOMPARE(compared.last().first().toString(), run("a"));

        QContextMenuEvent event(QContextMenuEvent::Keyboard, table()->viewport()->rect().center());
        QApplication::sendEvent(table()->viewport(), &event);
        auto *menu = m_page->findChild<QMenu *>();
        QVERIFY(menu && menu->actions().contains(action("delete")));
        menu->close();
    }

    void duplicate_is_undoable_and_relative()
    {
        Folder(run("a"), {{"teacher", m_project + "/models/teacher"}, {"student", "/elsewhere/pruned"}}).complete();
        open();
        QTRY_COMPARE(names().size(), 1);
        table()->selectRow(0);
        action("duplicate")->trigger();
        QTRY_COMPARE(m_studio->project()->text("/name"), QString("suppress neon"));
        QCOMPARE(m_studio->project()->text("/teacher"), QString("models/teacher"));
        QCOMPARE(m_studio->project()->text("/student"), QString("/elsewhere/pruned"));
        m_studio->project()->undoStack()->undo();
        QCOMPARE(m_studio->project()->text("/name"), QString("draft"));
    }

    void a_concept_is_taken_back()
    {
        run_folders::write(m_project + "/engine", R"(#!/bin/sh
echo "$@" >> "$0.log"
case "$3" in
--undo=*) mkdir -p "$5"; echo '{}' ;;
*) echo '[{"run": "/runs/first", "from": "/pruned", "concepts": ["neon", "ink"]}, {"run": "/runs/second", "from": "/runs/first/student", "concepts": ["a rose"]}]' ;;
esac
)");
        QFile::setPermissions(m_project + "/engine", QFile::ReadOwner | QFile::ExeOwner);
        qputenv("QUELL_ENGINE", (m_project + "/engine").toUtf8());
        Folder(run("a")).complete();
        Folder(run("b")).interrupted();
        open();
        QTRY_COMPARE(names().size(), 2);
        table()->selectRow(0);
        QVERIFY(!action("takeBack")->isEnabled()); // it has no student yet
        table()->selectRow(1);
        action("takeBack")->trigger();
        auto *box = dialog<QDialog>();
        QVERIFY(box);
        auto *list = box->findChild<QTreeWidget *>();
        QTRY_COMPARE(list->topLevelItemCount(), 3);
        QVERIFY(list->topLevelItem(0)->isDisabled() && list->topLevelItem(1)->isDisabled());
        QCOMPARE(list->currentItem()->text(0), QString("a rose"));
        QCOMPARE(list->currentItem()->text(1), QString("second"));
        for (auto *button : box->findChildren<QPushButton *>())
            if (button->text() == "Take back")
                button->click();
        QTRY_COMPARE(m_studio->project()->text("/student"), QString("models/a-without-a-rose"));
        QFile log(m_project + "/engine.log");
        QVERIFY(log.open(QIODevice::ReadOnly));
        QVERIFY(log.readAll().contains("ledger " + run("a").toUtf8() + " --undo=a rose --out " + m_project.toUtf8() + "/models/a-without-a-rose"));
        m_studio->project()->undoStack()->undo();
        QVERIFY(m_studio->project()->text("/student").isEmpty());
        qunsetenv("QUELL_ENGINE");
    }

    void notes_and_tags()
    {
        Folder(run("a")).complete();
        open();
        QTRY_COMPARE(names().size(), 1);
        table()->selectRow(0);
        action("notes")->trigger();
        auto *box = dialog<QDialog>();
        QVERIFY(box);
        box->findChild<TagEditor *>()->setTags({"paper"});
        box->findChild<QPlainTextEdit *>()->setPlainText("best so far");
        box->accept();
        QTRY_COMPARE(m_studio->store()->runs().first().notes, QString("best so far"));
        QCOMPARE(readRunRecord(run("a"))->tags, QStringList{"paper"});
        m_page->findChild<QLineEdit *>()->setText("paper best");
        QCOMPARE(names().size(), 1);
    }

    void delete_asks_first()
    {
        Folder(run("a")).complete();
        open();
        QTRY_COMPARE(names().size(), 1);
        table()->selectRow(0);
        action("delete")->trigger();
        auto *box = dialog<QMessageBox>();
        QVERIFY(box);
        QCOMPARE(box->defaultButton()->text(), QString("Cancel"));
        box->defaultButton()->click();
        QVERIFY(QFile::exists(run("a")));
        QTRY_VERIFY(!dialog<QMessageBox>());
        action("delete")->trigger();
        box = dialog<QMessageBox>();
        for (auto *button : box->buttons())
            if (button->text() == "Move to trash")
                button->click();
        QTRY_VERIFY(names().isEmpty());
        QVERIFY(!QFile::exists(run("a")));
    }

    void unsafe_pictures_are_blurred()
    {
        Folder folder(run("a"), {{"concepts", QJsonArray{QJsonObject{{"phrase", "x"}, {"kind", "unsafe"}}}}});
        folder.complete();
        QImage stripes(64, 64, QImage::Format_RGB32);
        for (int x = 0; x < 64; ++x)
            for (int y = 0; y < 64; ++y)
                stripes.setPixel(x, y, x / 8 % 2 ? 0xFFFFFF : 0x000000);
        stripes.save(folder.path() + "/samples/step-000040/student/target-0.png");
        open();
        QTRY_COMPARE(names().size(), 1);
        const auto darkest = [this] { // of the after picture
            const auto image = table()->viewport()->grab(table()->visualRect(table()->model()->index(0, RunTable::Pictures))).toImage();
            int least = 255;
            for (int x = image.width() * 6 / 10; x < image.width() * 9 / 10; ++x)
                least = std::min(least, qGray(image.pixel(x, image.height() / 2)));
            return least;
        };
        QTRY_VERIFY(darkest() < 200); // it has been loaded
        QVERIFY(darkest() > 60);
        table()->selectRow(0);
        QVERIFY(action("reveal")->isVisible());
        action("reveal")->trigger();
        table()->clearSelection();
        QTRY_VERIFY(darkest() < 30);
    }

    void queue_is_shown_while_runs_wait()
    {
        Folder(run("a")).complete();
        open();
        auto *list = m_page->findChild<QListView *>();
        QVERIFY(list && !list->isVisibleTo(m_page.get()));
        m_studio->queue()->setPaused(true);
        m_studio->queue()->add(Json{{"name", "first"}, {"steps", 10}});
        m_studio->queue()->add(Json{{"name", "second"}, {"steps", 20}});
        QVERIFY(list->isVisibleTo(m_page.get()));
        list->setCurrentIndex(m_studio->queue()->index(1));
        list->actions().at(0)->trigger(); // start earlier
        QCOMPARE(m_studio->queue()->index(0).data(RunQueue::NameRole).toString(), QString("second"));
        QCOMPARE(list->currentIndex().row(), 0);
        list->actions().at(2)->trigger(); // out
        list->actions().at(2)->trigger();
        QCOMPARE(m_studio->queue()->rowCount(), 0);
        QVERIFY(!list->isVisibleTo(m_page.get()));
    }

    void every_control_has_a_name()
    {
        Folder(run("a")).interrupted();
        open();
        m_studio->queue()->setPaused(true);
        m_studio->queue()->add(Json{{"name", "first"}, {"steps", 10}});
        QTRY_COMPARE(names().size(), 1);
        table()->selectRow(0);
        for (auto *widget : m_page->findChildren<QWidget *>()) {
            if (!widget->isVisibleTo(m_page.get()) || !(widget->focusPolicy() & Qt::TabFocus))
                continue;
            auto *face = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(face && !face->text(QAccessible::Name).isEmpty(), qPrintable(widget->metaObject()->className() + (' ' + widget->objectName())));
        }
    }
};

QTEST_MAIN(tst_history_page)
#include "tst_history_page.moc"
