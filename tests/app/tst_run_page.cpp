// The Run page on runs that a test wrote, in a project of its own.
#include "app/pages/run/run_page.h"

#include "app/pages/run/run_plots.h"
#include "app/pages/run/samples_card.h"
#include "app/pages/run/settings.h"
#include "app/pages/run/settings_form.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/look.h"

#include <QAccessible>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <cmath>

using namespace quell;
using namespace Qt::StringLiterals;

namespace {

const QStringList groups{u"target"_s, u"neighbour"_s, u"unrelated"_s};

Json draft()
{
    return {{"version", 1}, {"name", "neon"}, {"preset", "starter"}, {"teacher", "model"}, {"student", "pruned-55"}, {"lower", {{"data", "pictures"}, {"batch", 4}}},
            {"concepts", {{{"name", "neon"}, {"kind", "style"}, {"phrase", "neon"}}}}, {"steps", 400}, {"samples", {{"target", {"a cat, neon style"}}}}};
}

void write(const QString &path, const QByteArray &text)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
    file.write(text);
}

void writeLine(const QString &path, const Json &line) { write(path, QByteArray::fromStdString(line.dump() + "\n")); }

// A run of 300 of 400 steps, with samples every 100, an upper step every tenth.
class RunWriter {
public:
    explicit RunWriter(QString folder) : m_folder(std::move(folder))
    {
        Json spec = draft();
        spec["samples"] = {{"every", 100}, {"target", {"a cat, neon style"}}, {"neighbour", {"a house, stained glass style"}}, {"unrelated", {"an owl"}}};
        spec["solver"] = {{"name", "alternating"}};
        write(m_folder + u"/run.json"_s, QByteArray::fromStdString(spec.dump()));
        event("started", {{"step", 0}, {"steps", 400}});
        event("data", {{"warnings", {"Two captions are empty."}}, {"excluded", Json::array()}});
        samples(0, u"teacher"_s);
        samples(0, u"pruned"_s);
        for (int step = 0; step <= 300; ++step)
            this->step(step);
    }
    void end(const std::string &type)
    {
        event(type, {{"step", 300}, {"message", "the disk is full"}, {"code", "io"}});
    }
    void scores()
    {
        const auto figure = [](double value) { return Json{{"value", value}, {"low", value - 0.03}, {"high", value + 0.03}, {"n", 150}}; };
        write(m_folder + u"/scores.json"_s,
              QByteArray::fromStdString(Json{{"version", 1}, {"concept", draft()["concepts"][0]},
                                             {"models", {{"student", {{"target_style", figure(0.08)}, {"other_style", figure(0.95)}, {"target_object", figure(0.91)}}}}}}
                                            .dump()));
    }

private:
    void event(const std::string &type, Json fields)
    {
        Json line{{"seq", ++m_seq}, {"time", QDateTime::fromMSecsSinceEpoch(1700000000000 + m_seq * 1000, Qt::UTC).toString(Qt::ISODateWithMs).toStdString()}, {"attempt", 1}, {"type", type}};
        line.update(fields);
        writeLine(m_folder + u"/events.ndjson"_s, line);
    }
    void samples(int step, const QString &model)
    {
        const auto folder = u"samples/step-%1/%2"_s.arg(step, 6, 10, u'0').arg(model);
        QDir().mkpath(m_folder + u'/' + folder);
        for (int i = 0; i < groups.size(); ++i) {
            QImage image(96, 96, QImage::Format_RGB32);
            image.fill(QColor::fromHsv((i * 110 + step / 4) % 360, model == u"teacher"_s ? 230 : 150, 220));
            QVERIFY(image.save(m_folder + u'/' + folder + u'/' + groups[i] + u"-0.png"_s));
        }
        event("samples", {{"step", step}, {"model", model.toStdString()}, {"folder", folder.toStdString()}});
    }
    void step(int step)
    {
        if (step > 0) {
            Json row{{"step", step}, {"seconds", 0.9}, {"lower", {{"loss", 0.4 + 0.5 * std::exp(-step / 60.0) + 0.04 * std::sin(step * 7.3)}, {"diffusion", 0.2}}}};
            if (step % 10 == 0) {
                row["upper"] = {{"loss", 0.01 + 0.06 * std::exp(-step / 80.0)}};
                row["gradient_cosine"] = -0.1 * std::sin(step / 50.0);
            }
            writeLine(m_folder + u"/metrics.ndjson"_s, row);
        }
        if (step % 100 == 0) {
            samples(step, u"student"_s);
            if (step > 0) {
                event("probe", {{"step", step}, {"probe", 0.25}, {"gap", 0.006}});
                event("checkpoint", {{"step", step}});
                write(m_folder + u"/checkpoints/step-%1/manifest.json"_s.arg(step, 6, 10, u'0'), "{}");
            }
        }
    }
    QString m_folder;
    int m_seq = 0;
};

} // namespace

class RunPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"quell-test"_s);
        look::apply(*qApp, qEnvironmentVariableIsSet("QUELL_TEST_DARK") ? look::Theme::Dark : look::Theme::Light);
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(Project::create(m_folder->path(), u"Test"_s, draft()));
        m_studio = std::make_unique<Studio>();
        QVERIFY(m_studio->openProject(m_folder->path()));
        m_page = std::make_unique<RunPage>(*m_studio);
        m_page->resize(1220, 790);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        QTRY_VERIFY(m_page->findChild<QComboBox *>()->count() > 1); // presets were read
    }
    void cleanup()
    {
        m_page.reset();
        m_studio.reset();
    }

    void aDraftCanStart()
    {
        QCOMPARE(m_page->state(), Page::State::Nothing);
        QVERIFY(action("run.start")->isEnabled());
        for (const char *id : {"run.pause", "run.resume", "run.score", "run.sample", "run.checkpoint", "run.stop"})
            QVERIFY2(!action(id)->isEnabled(), id);
        QVERIFY(labelled(u"Suppress “neon”"_s));
        picture("draft");
    }

    void whatIsMissingIsSaid()
    {
        m_studio->project()->set(u"/concepts"_s, Json::array(), u"x"_s);
        QVERIFY(!action("run.start")->isEnabled());
        QVERIFY(action("run.start")->toolTip().contains(u"concept"_s));
        m_studio->project()->set(u"/upper/enabled"_s, false, u"x"_s);
        QVERIFY(action("run.start")->isEnabled());
        QVERIFY(labelled(u"Fine-tune"_s));
    }

    void differencesFromThePresetAreCountedAndReset()
    {
        auto *project = m_studio->project();
        const auto presets = Presets::read(resourcesFolder() + u"/presets"_s);
        const auto names = [&] {
            QStringList pointers;
            for (const auto *setting : differences(*project, presets))
                pointers << QLatin1String(setting->pointer);
            return pointers;
        };
        QCOMPARE(names(), QStringList({u"/steps"_s, u"/lower/batch"_s}));
        editSetting(*project, *findSetting(u"/steps"_s), Json());
        QCOMPARE(names(), QStringList{u"/lower/batch"_s});
        editSetting(*project, *findSetting(u"/lower/batch"_s), 16);
        QVERIFY(names().isEmpty()); // as the preset has it
        project->undoStack()->undo();
        QCOMPARE(names(), QStringList{u"/lower/batch"_s});
    }

    void everyScalarKeyOfAPresetIsInTheForm()
    {
        for (const auto *name : {"starter", "paper", "released"}) {
            const QString path = resourcesFolder() + u"/presets/%1.json"_s.arg(QLatin1String(name));
            const auto file = read_json(path.toStdString());
            QVERIFY(file.has_value());
            const auto flat = file->flatten();
            for (const auto &[pointer, value] : flat.items())
                QVERIFY2(findSetting(QString::fromStdString(pointer)), pointer.c_str());
        }
    }

    void editingGoesThroughTheProject()
    {
        action("run.advanced")->trigger();
        auto *form = m_page->findChild<SettingsForm *>();
        QTRY_VERIFY(form->isVisible());
        auto *batch = editor<QSpinBox>(form, u"Lower level: batch size"_s);
        QCOMPARE(batch->value(), 4);
        batch->setValue(8);
        QCOMPARE(m_studio->project()->value(u"/lower/batch"_s), Json(8));
        auto *rate = editor<QLineEdit>(form, u"Lower level: learning rate"_s);
        rate->setFocus();
        rate->selectAll();
        QTest::keyClicks(rate, u"3e-5"_s);
        QTest::keyClick(rate, Qt::Key_Return);
        QCOMPARE(m_studio->project()->value(u"/lower/optimizer/lr"_s), Json(3e-5));
        auto *source = editor<QComboBox>(form, u"Upper level: noised pictures"_s);
        QCOMPARE(source->currentText(), u"of everything else"_s); // words, not codes
        QCOMPARE(source->count(), 5);
        m_studio->project()->undoStack()->undo();
        QVERIFY(m_studio->project()->value(u"/lower/optimizer/lr"_s).is_null());
        QCOMPARE(rate->text(), QLocale().toString(2e-4, 'g', QLocale::FloatingPointShortest)); // the preset's
        picture("advanced");
    }

    // A number that has a name for one of its values: an empty field.
    void anEmptyNumberIsTheSolversOwn()
    {
        action("run.advanced")->trigger();
        auto *form = m_page->findChild<SettingsForm *>();
        QTRY_VERIFY(form->isVisible());
        auto *lambda = editor<QLineEdit>(form, u"Solver: weight of the lower level"_s);
        QVERIFY(lambda->text().isEmpty() && !lambda->placeholderText().isEmpty());
        lambda->setFocus();
        QTest::keyClicks(lambda, u"5"_s);
        QTest::keyClick(lambda, Qt::Key_Return);
        QCOMPARE(m_studio->project()->value(u"/solver/lambda"_s), Json(5.0));
        lambda->selectAll();
        QTest::keyClick(lambda, Qt::Key_Delete);
        QTest::keyClick(lambda, Qt::Key_Return);
        QCOMPARE(m_studio->project()->value(u"/solver/lambda"_s), Json(-1));
    }

    // As the engine reads it: the preset's numbers are of the preset's solver.
    void aSolverOfAnotherNameHasNothingOfThePresets()
    {
        auto *project = m_studio->project();
        const auto presets = Presets::read(QStringLiteral(QUELL_SOURCE_DIR "/resources/presets"));
        const auto inner = [&] {
            for (const auto &group : settingGroups())
                for (const auto &setting : group.settings)
                    if (QLatin1String(setting.pointer) == QLatin1String("/solver/inner"))
                        return effectiveValue(*project, presets, setting);
            return Json();
        };
        const auto before = project->undoStack()->index();
        project->set(u"/preset"_s, Json("paper"), u"preset"_s);
        project->set(u"/solver"_s, Json(), u"solver"_s);
        QCOMPARE(inner(), Json(20));
        project->set(u"/solver/name"_s, Json("penalty"), u"solver"_s);
        QCOMPARE(inner(), Json(20));
        project->set(u"/solver/name"_s, Json("bome"), u"solver"_s);
        QCOMPARE(inner(), Json(-1));
        project->undoStack()->setIndex(before);
    }

    void aStoppedRunCanGoOn()
    {
        show([](RunWriter &run) { run.end("stopped"); });
        QTRY_VERIFY(action("run.resume")->isEnabled());
        QVERIFY(action("run.resume")->text().contains(u"300"_s));
        QVERIFY(!action("run.score")->isEnabled());
        auto *samples = m_page->findChild<SamplesCard *>()->grid();
        QTRY_COMPARE(samples->steps(), QVector<qint64>({0, 100, 200, 300}));
        QCOMPARE(samples->currentStep(), 300); // the newest
        QCOMPARE(m_page->findChild<RunPlots *>()->lower()->xRange(), std::pair(0.0, 400.0));
    }

    void cursorAndSamplesFollowEachOther()
    {
        show([](RunWriter &run) { run.end("stopped"); });
        auto *plots = m_page->findChild<RunPlots *>();
        auto *samples = m_page->findChild<SamplesCard *>()->grid();
        QTRY_COMPARE(samples->currentStep(), 300);
        plots->lower()->setCursor(130);
        QTest::keyClick(plots->lower(), Qt::Key_Right);
        QCOMPARE(samples->currentStep(), 100); // the nearest step that has samples
        QCOMPARE(plots->upper()->cursor(), 131.0);
        QTest::keyClick(samples, Qt::Key_Right);
        QCOMPARE(plots->lower()->cursor(), 200.0);
    }

    void aCompleteRunShowsItsScores()
    {
        show([](RunWriter &run) {
            run.end("complete");
            run.scores();
        });
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
        QTRY_VERIFY(labelled(u"92 %"_s) && labelled(u"95 %"_s) && labelled(u"91 %"_s) && labelled(u"+0.006"_s));
        picture("complete");
    }

    void aFailedRunSaysWhy()
    {
        show([](RunWriter &run) { run.end("failed"); });
        QTRY_COMPARE(m_page->state(), Page::State::NeedsYou);
        QVERIFY(m_page->reason().contains(u"the disk is full"_s));
        QVERIFY(labelled(m_page->reason()));
    }

    void everyControlHasAName()
    {
        show([](RunWriter &run) { run.end("stopped"); });
        for (auto *widget : m_page->findChildren<QWidget *>()) {
            if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy() || qobject_cast<QAbstractScrollArea *>(widget->parent()) || widget->inherits("QScrollArea")
                || widget->inherits("QMenu") || widget->parent()->inherits("QAbstractSpinBox") || widget->inherits("QComboBoxPrivateContainer") || widget->inherits("QStackedWidget"))
                continue;
            auto *interface = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(interface && !interface->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
    }

    void narrowWindowsStack()
    {
        show([](RunWriter &run) { run.end("stopped"); });
        m_page->resize(820, 620);
        QTRY_VERIFY(m_page->findChild<SamplesCard *>()->y() > m_page->findChild<RunPlots *>()->y());
        picture("narrow");
    }

private:
    QAction *action(const char *id) const { return m_studio->actions()->action(QString::fromLatin1(id)); }
    bool labelled(const QString &text) const
    {
        const auto labels = m_page->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) { return label->isVisible() && label->text() == text; });
    }
    template <class Editor> Editor *editor(QWidget *form, const QString &name) const
    {
        for (auto *found : form->findChildren<Editor *>())
            if (found->accessibleName() == name)
                return found;
        return nullptr;
    }
    template <class Finish> void show(Finish finish)
    {
        const QString folder = m_folder->path() + u"/runs/neon-1"_s;
        RunWriter run(folder);
        finish(run);
        m_studio->controller()->show(folder);
        QTRY_VERIFY(m_studio->controller()->run());
    }
    // For looking at: only where QUELL_PICTURES names a folder.
    void picture(const char *name) const
    {
        const auto folder = qEnvironmentVariable("QUELL_PICTURES");
        if (folder.isEmpty())
            return;
        for (int i = 0; i < 20; ++i)
            QTest::qWait(20);
        QVERIFY(m_page->grab().save(folder + u'/' + QLatin1String(name) + u".png"_s));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<RunPage> m_page;
};

QTEST_MAIN(RunPageTest)
#include "tst_run_page.moc"
