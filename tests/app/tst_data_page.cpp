#include "app/pages/data/caption_store.h"
#include "app/pages/data/data_page.h"
#include "app/pages/data/further_pictures.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/chips.h"
#include "widgets/thumbnail_grid.h"

#include <QAbstractItemModelTester>
#include <QDropEvent>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;

namespace {

// Lists the folder as the engine would; a caption file is believed.
constexpr const char *fakeEngine = R"(#!/bin/sh
echo "$@" >> "$FAKE_LOG"
case "$1" in
data)
  case "$2" in *broken*) echo "quell-engine: metadata.jsonl line 3: is no JSON" >&2; exit 4;; esac
  caption="a red apple"; test -f "$2/a.txt" && caption=$(cat "$2/a.txt")
  cat <<END
{"folder": "$2", "lower": 1, "upper": 1,
 "pictures": [{"file": "a.png", "caption": "$caption", "width": 64, "height": 64, "concepts": []},
              {"file": "b.png", "caption": "a neon cat", "width": 64, "height": 64, "concepts": ["neon"]}],
 "excluded": [{"file": "c.png", "reason": "no caption", "detail": "neither a .txt beside it nor metadata names it"}],
 "concepts": [{"name": "neon", "naming": 1, "warnings": ["only 1 of 2 captions name neon"]}]}
END
  ;;
match) echo '{"prompts": [{"prompt": "a neon cat", "concepts": ["neon"], "mentions": [[2, 6]], "anchor_prompt": "a cat"}]}' ;;
esac
)";

} // namespace

class DataPageTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<DataPage> m_page;

    QString pictures() const { return m_folder.filePath(u"pictures"_qs); }
    QString log() const
    {
        QFile file(m_folder.filePath(u"log"_qs));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    void open(const QString &data)
    {
        m_page.reset();
        m_studio = std::make_unique<Studio>();
        static int number = 0;
        const auto project = m_folder.filePath(u"project%1"_qs.arg(++number));
        Json draft = Json::parse(R"({"concepts": [{"name": "neon", "kind": "style", "phrase": "neon"}], "lower": {}})");
        if (!data.isEmpty())
            draft["lower"]["data"] = data.toStdString();
        QVERIFY(Project::create(project, u"test"_qs, draft));
        QVERIFY(m_studio->openProject(project));
        m_page = std::make_unique<DataPage>(*m_studio);
        m_page->resize(1100, 800);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    ThumbnailGrid *grid() const { return m_page->findChild<ThumbnailGrid *>(); }

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
        qputenv("QUELL_ENGINE", engine.fileName().toUtf8());
        qputenv("FAKE_LOG", m_folder.filePath(u"log"_qs).toUtf8());
        for (const auto &name : {u"pictures"_qs, u"broken"_qs, u"other"_qs})
            QVERIFY(QDir(m_folder.path()).mkdir(name));
        QImage image(64, 64, QImage::Format_RGB32);
        for (const auto &[name, color] : {std::pair{u"a.png"_qs, Qt::red}, {u"b.png"_qs, Qt::blue}, {u"c.png"_qs, Qt::red}}) {
            image.fill(color);
            QVERIFY(image.save(pictures() + u'/' + name));
        }
    }
    void cleanup()
    {
        m_page.reset();
        m_studio.reset();
        QFile::remove(pictures() + u"/a.txt"_qs);
        QFile::remove(m_folder.filePath(u"log"_qs));
    }

    void emptyUntilAFolderIsChosen()
    {
        open({});
        QCOMPARE(m_page->state(), Page::State::Nothing);
        QCOMPARE(log(), QString());
    }

    void listsCountsAndFilters()
    {
        open(pictures());
        QCOMPARE(m_page->state(), Page::State::UnderWay);
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
        QTRY_COMPARE(grid()->model()->rowCount(), 3);
        QAbstractItemModelTester tester(grid()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        auto *chips = m_page->findChild<FilterChips *>();
        chips->choose(int(DatasetFilter::NamesConcept));
        QCOMPARE(grid()->model()->rowCount(), 1);
        chips->choose(int(DatasetFilter::NoCaption));
        QCOMPARE(grid()->model()->rowCount(), 1);
        QVERIFY(log().contains(u"--concepts"_qs));
        QVERIFY(!log().contains(u"--verify"_qs));
        m_studio->actions()->action(u"data.check"_qs)->trigger();
        QTRY_VERIFY(log().contains(u"--verify"_qs));
        const auto labels = m_page->findChildren<QLabel *>();
        const auto says = [&](const QString &text) { return std::any_of(labels.begin(), labels.end(), [&](QLabel *label) { return label->text().contains(text); }); };
        QTRY_VERIFY(says(u"none is damaged"_qs));
        QVERIFY(says(u"only 1 of 2 captions name neon"_qs));
    }

    void duplicatesAreMarked()
    {
        open(pictures()); // a.png and c.png are the same
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
        auto *chips = m_page->findChild<FilterChips *>();
        QTRY_VERIFY((chips->choose(int(DatasetFilter::Duplicate)), chips->current() == int(DatasetFilter::Duplicate)));
        QCOMPARE(grid()->model()->rowCount(), 2);
    }

    void aFailureIsTold()
    {
        open(m_folder.filePath(u"broken"_qs));
        QTRY_COMPARE(m_page->state(), Page::State::NeedsYou);
        QVERIFY2(m_page->reason().contains(u"line 3"_qs), qPrintable(m_page->reason()));
    }

    void aCaptionIsWrittenAndTakenBack()
    {
        open(pictures());
        QTRY_COMPARE(grid()->model()->rowCount(), 3);
        grid()->setCurrentIndex(grid()->model()->index(0, 0));
        auto *caption = m_page->findChild<QPlainTextEdit *>();
        QTRY_COMPARE(caption->toPlainText(), u"a red apple"_qs);
        caption->setFocus();
        caption->selectAll();
        QTest::keyClicks(caption, u"a green apple"_qs);
        QTest::keyClick(caption, Qt::Key_Return, Qt::ControlModifier);
        const auto sidecar = [&]() -> QByteArray {
            QFile file(pictures() + u"/a.txt"_qs);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("absent");
        };
        QTRY_COMPARE(sidecar(), QByteArray("a green apple\n"));
        QTRY_COMPARE(grid()->model()->index(0, 0).data().toString(), u"a green apple"_qs);
        m_studio->project()->undoStack()->undo();
        QTRY_COMPARE(sidecar(), QByteArray("absent"));
        QTRY_COMPARE(caption->toPlainText(), u"a red apple"_qs);
        m_studio->project()->undoStack()->redo();
        QTRY_COMPARE(sidecar(), QByteArray("a green apple\n"));
        QTRY_COMPARE(caption->toPlainText(), u"a green apple"_qs);
    }

    void undoingBringsBackTheSidecarByteByByte()
    {
        QFile file(pictures() + u"/a.txt"_qs);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("  an  apple \n\n");
        file.close();
        CaptionStore store;
        QUndoStack stack;
        QSignalSpy saved(&store, &CaptionStore::saved);
        store.edit(pictures() + u"/a.png"_qs, u"an apple"_qs, u"a pear"_qs, &stack);
        stack.undo();
        QTRY_COMPARE(saved.size(), 2);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("  an  apple \n\n"));
    }

    void theFolderFollowsTheDraftAndADrop()
    {
        open(pictures());
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(m_folder.filePath(u"other"_qs))});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_page.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_page.get(), &drop);
        auto *project = m_studio->project();
        QCOMPARE(project->absolutePath(project->text(u"/lower/data"_qs)), m_folder.filePath(u"other"_qs));
        QTRY_VERIFY(log().contains(u"other"_qs));
        project->undoStack()->undo();
        QTRY_COMPARE(log().count(u"data "_qs + pictures()), 2);
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
    }

    void settingsAreBoundToTheDraft()
    {
        open(pictures());
        auto *project = m_studio->project();
        auto *exclude = m_page->findChild<QCheckBox *>();
        QVERIFY(exclude->isChecked());
        exclude->click();
        QVERIFY(project->value(u"/lower/exclude_concepts"_qs) == Json(false));
        project->undoStack()->undo();
        QVERIFY(exclude->isChecked());
    }

    // A folder comes in to be learnt from, made pictures to be retained; roles and parts are the engine's own keys.
    void furtherPicturesAreDatasets()
    {
        open(pictures());
        auto *project = m_studio->project();
        auto *further = m_page->findChild<FurtherPictures *>();
        const auto sets = [project] { return project->value(u"/lower/datasets"_qs); };
        further->addFolder(project->absolutePath(u"artist"_qs));
        QVERIFY(sets() == (Json{{{"data", "artist"}, {"diffusion", 1}, {"output", 0}, {"feature", 0}, {"exclude_concepts", false}}}));
        QVERIFY(project->draftElsewhere()["lower"]["datasets"][0]["data"] == Json(project->absolutePath(u"artist"_qs).toStdString()));
        further->addMade({u"an owl"_qs, u"a rose"_qs}, 8);
        QVERIFY(sets()[1]["pictures"] == Json(8));
        const auto visible = [further](const QString &name) {
            QList<QWidget *> found;
            for (auto *widget : further->findChildren<QWidget *>(name))
                if (!widget->isHidden() && !widget->parentWidget()->isHidden())
                    found << widget;
            return found;
        };
        const auto role = [&](int row) { return qobject_cast<QComboBox *>(visible(u"role"_qs).at(row)); };
        QCOMPARE(role(0)->currentIndex(), 1); // learn
        QCOMPARE(role(1)->currentIndex(), 2); // stay with the teacher
        role(0)->setCurrentIndex(0);
        Q_EMIT role(0)->activated(0);
        QVERIFY(sets()[0] == (Json{{"data", "artist"}}));
        qobject_cast<QDoubleSpinBox *>(visible(u"part"_qs).at(1))->setValue(3);
        QVERIFY(sets()[1]["weight"] == Json(3.0));
        auto buttons = further->findChildren<QPushButton *>();
        buttons.erase(std::remove_if(buttons.begin(), buttons.end(), [](auto *button) { return button->parentWidget()->isHidden() || button->accessibleName().isEmpty(); }), buttons.end());
        QCOMPARE(buttons.size(), 2);
        buttons[0]->click();
        QCOMPARE(sets().size(), std::size_t(1));
        QVERIFY(sets()[0]["pictures"] == Json(8));
        project->undoStack()->undo(); // what followed within two seconds is one edit
        QVERIFY(sets().is_null());
    }

    void changedConceptsAreListedAgain()
    {
        open(pictures());
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
        const auto before = log().count(u"data "_qs);
        m_studio->project()->set(u"/concepts/0/phrase"_qs, "glow", {});
        QTRY_COMPARE(log().count(u"data "_qs), before + 1);
    }
};

QTEST_MAIN(DataPageTest)
#include "tst_data_page.moc"
