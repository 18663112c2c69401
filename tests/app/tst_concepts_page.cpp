#include "app/pages/concepts/concept_drawings.h"
#include "app/pages/concepts/concepts_page.h"
#include "app/pages/concepts/picture_strip.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/tag_editor.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace quell;

namespace {

// Knows one rule: what holds "neon" names neon, and ", neon style" is taken out.
constexpr const char *fakeEngine = R"(#!/bin/sh
echo "$@" >> "$FAKE_LOG"
case "$1" in
match)
  sep=; printf '{"prompts":['
  for a; do case "$a" in --prompt=*)
    p=${a#--prompt=}; n=; b=$p
    case "$p" in *neon*) n='"neon"'; b=${p%, neon style};; esac
    printf '%s{"prompt":"%s","concepts":[%s],"mentions":[],"anchor_prompt":"%s"}' "$sep" "$p" "$n" "$b"; sep=,;;
  esac; done
  printf ']}' ;;
sample|edit)
  case "$3" in --preview) out=$4;; *) out=$3;; esac
  mkdir -p "$out"; i=0
  for a; do case "$a" in --prompt=*|--preserve=*) cp "$FAKE_PICTURE" "$out/$i.png"; i=$((i+1));; esac; done
  printf '{}' ;;
esac
)";

} // namespace

class ConceptsPageTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<ConceptsPage> m_page;

    QString log() const
    {
        QFile file(m_folder.filePath(u"log"_qs));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    void open(const char *concepts, const QString &models = {})
    {
        m_page.reset();
        m_studio = std::make_unique<Studio>();
        static int number = 0;
        const auto folder = m_folder.filePath(u"project%1"_qs.arg(++number));
        Json draft{{"teacher", models.toStdString() + "model"}, {"student", models.toStdString() + "pruned"}, {"concepts", Json::parse(concepts)},
                   {"samples", {{"target", {"a red apple, neon style", "an owl"}}, {"neighbour", {"a red apple, ink style"}}, {"unrelated", {"a neon house"}}}}};
        QVERIFY(Project::create(folder, u"test"_qs, draft));
        QVERIFY(m_studio->openProject(folder));
        m_page = std::make_unique<ConceptsPage>(*m_studio);
        m_page->resize(1100, 900);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    Project *project() const { return m_studio->project(); }
    QLineEdit *line(const QString &label) const
    {
        for (auto *candidate : m_page->findChildren<QLabel *>())
            if (candidate->text().remove(u'&') == label)
                return qobject_cast<QLineEdit *>(candidate->buddy());
        return nullptr;
    }
    bool says(const QString &text) const
    {
        const auto labels = m_page->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](QLabel *label) { return !label->isHidden() && label->text().contains(text); });
    }
    QPushButton *button(const QString &text) const
    {
        for (auto *candidate : m_page->findChild<ConceptDrawings *>()->findChildren<QPushButton *>())
            if (candidate->text() == text)
                return candidate;
        return nullptr;
    }
    void act(const char *id) const { m_studio->actions()->action(QString::fromLatin1(id))->trigger(); }

    static constexpr const char *neon = R"([{"name": "neon", "kind": "style", "phrase": "neon", "synonyms": ["neon sign"], "neighbours": ["ink"]}])";

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        QFile engine(m_folder.filePath(u"quell-engine"_qs));
        QVERIFY(engine.open(QIODevice::WriteOnly));
        engine.write(fakeEngine);
        engine.close();
        engine.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QImage image(32, 32, QImage::Format_RGB32);
        image.fill(Qt::green);
        QVERIFY(image.save(m_folder.filePath(u"picture.png"_qs)));
        qputenv("QUELL_ENGINE", engine.fileName().toUtf8());
        qputenv("FAKE_LOG", m_folder.filePath(u"log"_qs).toUtf8());
        qputenv("FAKE_PICTURE", m_folder.filePath(u"picture.png"_qs).toUtf8());
    }
    void cleanup()
    {
        m_page.reset();
        m_studio.reset();
        QFile::remove(m_folder.filePath(u"log"_qs));
    }

    void fieldsEditTheDraftAndUndo()
    {
        open(neon);
        QCOMPARE(m_page->state(), Page::State::Ready);
        auto *phrase = line(u"Phrase"_qs);
        phrase->setFocus();
        phrase->setCursorPosition(0);
        QTest::keyClicks(phrase, u"bright "_qs);
        QCOMPARE(project()->text(u"/concepts/0/phrase"_qs), u"bright neon"_qs);
        QCOMPARE(phrase->cursorPosition(), 7);
        QVERIFY(phrase->hasFocus());
        QCOMPARE(project()->undoStack()->count(), 1);
        project()->undoStack()->undo();
        QCOMPARE(phrase->text(), u"neon"_qs);
        auto *anchor = line(u"Becomes (anchor)"_qs);
        QTest::keyClicks(anchor, u"ink"_qs);
        QCOMPARE(project()->text(u"/concepts/0/anchor"_qs), u"ink"_qs);
        anchor->selectAll();
        QTest::keyClick(anchor, Qt::Key_Delete);
        QVERIFY(project()->value(u"/concepts/0/anchor"_qs).is_null());
        auto *synonyms = m_page->findChildren<TagEditor *>().first();
        QTest::keyClicks(synonyms->line(), u"neon light,"_qs);
        QCOMPARE(textsOf(project()->value(u"/concepts/0/synonyms"_qs)), (QStringList{u"neon sign"_qs, u"neon light"_qs}));
        project()->undoStack()->undo();
        QCOMPARE(synonyms->tags(), QStringList{u"neon sign"_qs});
    }

    void anEmptyPhraseNeedsYou()
    {
        open(neon);
        auto *phrase = line(u"Phrase"_qs);
        phrase->selectAll();
        QTest::keyClick(phrase, Qt::Key_Delete);
        QCOMPARE(m_page->state(), Page::State::NeedsYou);
        QVERIFY(says(u"Without a phrase"_qs));
        project()->undoStack()->undo();
        QCOMPARE(m_page->state(), Page::State::Ready);
    }

    void addDuplicateMoveRemove()
    {
        open("[]");
        QCOMPARE(m_page->state(), Page::State::Nothing);
        act("concepts.add");
        auto *list = m_page->findChild<QListView *>();
        QCOMPARE(list->model()->rowCount(), 1);
        QTRY_VERIFY(line(u"Phrase"_qs)->hasFocus());
        QTest::keyClicks(line(u"Phrase"_qs), u"rose"_qs);
        act("concepts.duplicate");
        QCOMPARE(list->model()->rowCount(), 2);
        QCOMPARE(list->currentIndex().row(), 1);
        QVERIFY(project()->text(u"/concepts/0/name"_qs) != project()->text(u"/concepts/1/name"_qs));
        const auto second = project()->text(u"/concepts/1/name"_qs);
        act("concepts.up");
        QCOMPARE(project()->text(u"/concepts/0/name"_qs), second);
        QCOMPARE(list->currentIndex().row(), 0);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(list->model()->rowCount(), 1);
        QCOMPARE(list->currentIndex().row(), 0);
        while (project()->undoStack()->canUndo())
            project()->undoStack()->undo();
        QCOMPARE(m_page->state(), Page::State::Nothing);
    }

    void promptsShowWhatTheyBecome()
    {
        open(neon);
        auto *table = m_page->findChild<QTreeWidget *>();
        QTRY_COMPARE(table->topLevelItemCount(), 4);
        QCOMPARE(table->topLevelItem(0)->text(1), u"a red apple, neon style"_qs);
        QCOMPARE(table->topLevelItem(0)->text(3), u"a red apple"_qs);
        QVERIFY(table->topLevelItem(1)->text(2).startsWith(u"▲"_qs)); // a target that names nothing
        QVERIFY(!table->topLevelItem(2)->text(2).startsWith(u"▲"_qs));
        QVERIFY(table->topLevelItem(3)->text(2).startsWith(u"▲"_qs)); // unrelated, but names neon
        QTRY_VERIFY(says(u"“a red apple, neon style” becomes “a red apple”"_qs));
    }

    void aNeighbourThatNamesTheConceptIsToldUnderIt()
    {
        open(neon);
        auto *neighbours = m_page->findChildren<TagEditor *>().last();
        QTest::keyClicks(neighbours->line(), u"neon tube,"_qs);
        QTRY_VERIFY(says(u"“neon tube” names the concept neon"_qs));
    }

    void samplePromptsAreBoundAndSuggested()
    {
        open(neon);
        auto *target = m_page->findChildren<QPlainTextEdit *>().first();
        target->setFocus();
        target->moveCursor(QTextCursor::End);
        QTest::keyClick(target, Qt::Key_Return);
        QTest::keyClicks(target, u"a neon cat"_qs);
        QCOMPARE(textsOf(project()->value(u"/samples/target"_qs)).last(), u"a neon cat"_qs);
        QVERIFY(target->textCursor().atEnd());
        const auto before = textsOf(project()->value(u"/samples/target"_qs));
        act("concepts.suggest");
        const auto after = textsOf(project()->value(u"/samples/target"_qs));
        QVERIFY(after.size() > before.size());
        QVERIFY(after.contains(u"a rocket, neon style"_qs));
        project()->undoStack()->undo();
        QCOMPARE(textsOf(project()->value(u"/samples/target"_qs)), before);
    }

    void drawsWithTeacherAndStudentOnce()
    {
        open(neon);
        auto *drawings = m_page->findChild<ConceptDrawings *>();
        auto *draw = drawings->findChild<QPushButton *>();
        QTRY_VERIFY(says(u"becomes “a red apple”"_qs));
        QTRY_VERIFY(draw->isEnabled());
        draw->click();
        QTRY_COMPARE(log().count(u"sample "_qs), 2);
        QVERIFY(log().contains(u"--unet "_qs + project()->absolutePath(u"pruned"_qs)));
        auto *strip = drawings->findChildren<PictureStrip *>().first();
        QTRY_COMPARE(strip->grab().toImage().pixelColor(20, 20), QColor(Qt::green));
        QTRY_COMPARE(draw->text(), u"Draw these"_qs);
        draw->click(); // drawn already
        QTest::qWait(50);
        QCOMPARE(log().count(u"sample "_qs), 2);
    }

    void anEditIsPreviewedAndStartedFrom()
    {
        open(neon);
        auto *drawings = m_page->findChild<ConceptDrawings *>();
        auto *preview = button(u"Preview the edit"_qs), *start = button(u"Start from it"_qs);
        auto *method = drawings->findChild<QComboBox *>();
        QTRY_VERIFY(preview->isEnabled());
        QVERIFY(!start->isEnabled());
        const auto *edited = drawings->findChildren<PictureStrip *>().at(2);
        QVERIFY(edited->isHidden());
        preview->click();
        QVERIFY(!preview->isEnabled());
        QTRY_VERIFY(!edited->isHidden());
        const auto told = log();
        QCOMPARE(told.count(u"sample "_qs), 1); // before; the edit draws what comes after
        const auto edit = told.mid(told.indexOf(u"edit "_qs)).section(u'\n', 0, 0);
        QVERIFY2(edit.contains(project()->absolutePath(u"pruned"_qs)) && edit.contains(u"--method uce"_qs) && edit.contains(u"--prompt=a red apple, neon style"_qs), qPrintable(edit));
        QCOMPARE(edit.section(u' ', 2, 2), u"--preview"_qs); // no model is written

        method->setCurrentIndex(method->findData(u"null-space"_qs));
        QVERIFY(edited->isHidden() && !start->isEnabled());
        method->setCurrentIndex(method->findData(u"uce"_qs));
        QVERIFY(!edited->isHidden());
        const auto expected = project()->folder() + u"/models/pruned-uce"_qs;
        QDir().mkpath(expected); // what is there stays
        start->click();
        QTRY_COMPARE(project()->text(u"/student"_qs), u"models/pruned-uce-2"_qs);
        QVERIFY(log().contains(u"edit "_qs + project()->absolutePath(u"pruned"_qs) + u' ' + expected + u"-2 "_qs));
        project()->undoStack()->undo();
        QCOMPARE(project()->text(u"/student"_qs), u"pruned"_qs);
    }

    // The commands that the fake engine takes without looking, taken by the real one.
    void theEngineDrawsAndEdits()
    {
        const auto fake = qgetenv("QUELL_ENGINE");
        qunsetenv("QUELL_ENGINE");
        const auto restore = qScopeGuard([&] { qputenv("QUELL_ENGINE", fake); });
        open(neon, QStringLiteral(QUELL_SOURCE_DIR "/resources/starter/"));
        QSignalSpy failed(m_page->findChild<ConceptDrawings *>(), &ConceptDrawings::failed);
        QTRY_VERIFY_WITH_TIMEOUT(says(u"becomes “a red apple”"_qs), 60000);
        button(u"Preview the edit"_qs)->click();
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Start from it"_qs)->isEnabled() || !failed.isEmpty(), 300000);
        QVERIFY2(failed.isEmpty(), qPrintable(failed.value(0).value(0).toString()));
    }

    void unsafePicturesAreVeiled()
    {
        PictureStrip strip(1);
        strip.resize(96, 96);
        QImage image(64, 64, QImage::Format_RGB32);
        for (int y = 0; y < 64; ++y)
            for (int x = 0; x < 64; ++x)
                image.setPixelColor(x, y, (x / 4 + y / 4) % 2 ? Qt::black : Qt::white);
        const auto file = m_folder.filePath(u"checks.png"_qs);
        QVERIFY(image.save(file));
        strip.setPictures({file}, {u"checks"_qs});
        strip.setVeiled(true);
        strip.show();
        const auto dark = [&](int x, int y) { return strip.grab().toImage().pixelColor(x, y).lightness(); };
        QTRY_VERIFY(dark(3, 3) > 60 && dark(3, 3) < 200 && dark(9, 3) > 60 && dark(9, 3) < 200); // all grey
        QTest::keyClick(&strip, Qt::Key_Space);
        QVERIFY(!strip.veiled());
        QTRY_VERIFY(dark(2, 2) > 200 && dark(9, 2) < 60);
    }
};

QTEST_MAIN(ConceptsPageTest)
#include "tst_concepts_page.moc"
