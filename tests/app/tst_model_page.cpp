// The Model page over a fake quell-inspect and a fake quell-engine: what it shows of what they say, and what it asks them for.
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

#include "app/pages/model/drawings_card.h"
#include "app/pages/model/export_dialog.h"
#include "app/pages/model/machine_card.h"
#include "app/pages/model/model_card.h"
#include "app/pages/model/model_page.h"
#include "app/pages/model/prune_dialog.h"
#include "app/pages/model/training_memory.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/kept_bars.h"
#include "widgets/look.h"
#include "widgets/meter.h"

using namespace quell;

namespace {

// A model is a folder with what quell-inspect says of it; one without cannot be read.
const char *inspectScript = R"(#!/bin/sh
if [ "$2" = --hash ]; then
  echo "50 %" >&2
  [ -e "$1/slow" ] && sleep 30
  echo '{"sha256": "0123456789abcdef", "zeros": 0.25, "values": 100}'
elif [ -e "$1/inspection.json" ]; then
  cat "$1/inspection.json"
else
  echo "inspect: $1: no weights here" >&2
  exit 3
fi
)";

// Notes its arguments, one line a call, and draws pictures where it is told to.
const char *engineScript = R"(#!/bin/sh
echo "$*" >> "%1/calls"
case "$1" in
probe) echo '{"threads": 2, "devices": [{"name": "cpu", "description": "A processor", "memory": 1000000000, "capability": "AVX2"}]}' ;;
prune)
  case "$*" in
  *--plan*) echo '{"macs_before": 2000000, "macs_after": 1000000, "parameters_before": 4000000, "parameters_after": 3000000, "blocks": {"mid_block": {"macs_before": 10, "macs_after": 4, "parameters_before": 8, "parameters_after": 6}}}' ;;
  *full*) echo "engine: the disk is full" >&2; exit 7 ;;
  *) mkdir -p "$3"; cp "%1/student/inspection.json" "$3"; echo '{}' ;;
  esac ;;
structure)
  sed -i 's/"choices":\[[^]]*\]/"choices":[]/' "$2/inspection.json"
  echo '{}' ;;
sample)
  mkdir -p "$3"
  for i in 0 1 2; do printf 'P5 1 1 255 x' > "$3/$i.png"; done
  echo '[]' ;;
esac
)";

Json share(int kept, int total) { return {{"kept", kept}, {"total", total}}; }

Json block(int heads, int whole) { return {{"heads", share(heads, whole)}, {"feed_forward", share(heads, whole)}, {"resnet_channels", share(64, 64)}, {"layers", share(2, 2)}}; }

Json inspection(const char *format, std::int64_t parameters, Json blocks)
{
    return {{"format", format}, {"family", "Stable Diffusion 2.x layout, 1 level"}, {"bytes", 2 * parameters},
            {"estimates", {{"load", 2 * parameters}, {"sample", 4 * parameters}, {"train", 26 * parameters}}},
            {"components", {{{"name", "unet"}, {"parameters", parameters}, {"dtypes", {{"F16", 3}}}, {"bytes", 2 * parameters}}}},
            {"unet", {{"levels", 1}, {"prediction", "v_prediction"}, {"blocks", std::move(blocks)}}}, {"notes", Json::array()}};
}

} // namespace

class ModelPageTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<ModelPage> m_page;

    QString at(const QString &name) const { return m_folder.filePath(name); }

    void write(const QString &name, const QByteArray &bytes, bool program = false)
    {
        QDir().mkpath(QFileInfo(at(name)).path());
        QFile file(at(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        if (program)
            file.setPermissions(file.permissions() | QFile::ExeOwner);
    }
    void writeModel(const QString &name, const Json &inspection) { write(name + QStringLiteral("/inspection.json"), QByteArray::fromStdString(inspection.dump())); }

    QStringList calls(const QString &command) const
    {
        QFile file(at(QStringLiteral("calls")));
        QStringList found;
        if (file.open(QIODevice::ReadOnly))
            for (const auto &line : QString::fromUtf8(file.readAll()).split(QLatin1Char('\n')))
                if (line.startsWith(command))
                    found << line;
        return found;
    }

    ModelCard *card(int which) const { return m_page->findChildren<ModelCard *>()[which]; } // student, teacher
    static QString textOf(const QWidget *widget)
    {
        QStringList texts;
        for (const auto *label : widget->findChildren<QLabel *>())
            if (!label->isHidden())
                texts << label->text();
        return texts.join(QLatin1Char('\n')).replace(QChar::Nbsp, QLatin1Char(' '));
    }
    void openModel(const QString &pointer, const QString &name) { m_studio->project()->set(pointer, toJson(at(name)), QStringLiteral("open")); }
    void openBoth()
    {
        openModel(QStringLiteral("/teacher"), QStringLiteral("teacher"));
        openModel(QStringLiteral("/student"), QStringLiteral("student"));
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
        m_studio->project()->undoStack()->clear(); // else what follows at once becomes one with it
    }
    template <class Dialog> Dialog *dialog() const { return m_page->findChild<Dialog *>(); }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("quell-test"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        look::apply(*qApp, look::Theme::Light);
        write(QStringLiteral("inspect"), inspectScript, true);
        write(QStringLiteral("engine"), QString::fromLatin1(engineScript).replace(QStringLiteral("%1"), m_folder.path()).toUtf8(), true);
        qputenv("QUELL_INSPECT", at(QStringLiteral("inspect")).toUtf8());
        qputenv("QUELL_ENGINE", at(QStringLiteral("engine")).toUtf8());
        writeModel(QStringLiteral("teacher"), inspection("diffusers pipeline", 22'500'000, {{"down0", block(8, 8)}, {"up0", block(0, 0)}}));
        auto student = inspection("UNet folder", 12'400'000, {{"down0", block(2, 8)}, {"up0", block(0, 0)}});
        student["unet"]["pruned"] = Json::object();
        student["unet"]["macs"] = 763'800'000, student["unet"]["macs_size"] = 128;
        student["unet"]["origin"] = "somebody";
        student["unet"]["training"] = {{"full", {{"trained", 12'400'000}, {"fp32", 24 * 12'400'000}, {"bf16", 26 * 12'400'000}}},
                                       {"cross_attention_kv", {{"trained", 200'000}, {"fp32", 4 * 12'400'000 + 20 * 200'000}, {"bf16", 2 * 12'400'000 + 24 * 200'000}}}};
        writeModel(QStringLiteral("student"), student);
        writeModel(QStringLiteral("lone"), inspection("UNet folder", 22'500'000, {{"down0", block(8, 8)}}));
        QDir().mkpath(at(QStringLiteral("broken")));
    }

    void init()
    {
        QFile::remove(at(QStringLiteral("calls")));
        QDir(at(QStringLiteral("project"))).removeRecursively();
        m_studio = std::make_unique<Studio>();
        const Json draft = {{"samples", {{"target", {"an owl, neon style"}}, {"neighbour", {"an owl, ink style"}}, {"unrelated", {"a house"}}}}, {"seed", 7}};
        QVERIFY(Project::create(at(QStringLiteral("project")), QStringLiteral("Test"), draft));
        QVERIFY(m_studio->openProject(at(QStringLiteral("project"))));
        m_page = std::make_unique<ModelPage>(*m_studio);
        m_page->resize(1200, 800);
        m_page->show();
    }
    void cleanup()
    {
        m_page.reset();
        m_studio.reset();
    }

    void withoutModelsItSaysWhatToDo()
    {
        QCOMPARE(m_page->state(), Page::State::Nothing);
        QVERIFY(textOf(m_page.get()).contains(QStringLiteral("Open the dense model as the teacher")));
        QVERIFY(m_page->findChild<KeptBars *>()->isHidden());
    }

    void bothModelsAreTold()
    {
        openBoth();
        QTRY_VERIFY(textOf(card(0)).contains(QStringLiteral("SHA-256 01234567")));
        const auto student = textOf(card(0)), teacher = textOf(card(1));
        for (const auto &said : {"12.4 M", "of 22.5 M parameters in its UNet", "UNet, pruned", "v-prediction", "fp16", "764 M MACs at 128 px", "made by somebody", "25.0 % exact zeros"})
            QVERIFY2(student.contains(QLatin1String(said)), qPrintable(student));
        QVERIFY2(teacher.contains(QStringLiteral("UNet, dense")) && teacher.contains(QStringLiteral("22.5 M")), qPrintable(teacher));
        const auto *kept = m_page->findChild<KeptBars *>();
        QCOMPARE(kept->rows().size(), 2);
        QCOMPARE(kept->rowText(0), QStringLiteral("down0: heads 25 %, feed-forward 25 %, resnet channels 100 %, layers 100 %"));
        QVERIFY(kept->rowText(1).startsWith(QStringLiteral("up0: heads: no attention here")));
    }

    void whatAModelTakesIsTold()
    {
        openBoth();
        auto *table = card(0)->findChild<TrainingMemory *>(), *none = card(1)->findChild<TrainingMemory *>();
        QVERIFY(textOf(card(0)).contains(QStringLiteral("Memory for weights: 23.7 MB to load, 47.3 MB to draw"))); // 2 and 4 × 12.4 M bytes, of 1024² each
        QVERIFY(textOf(card(1)).contains(QStringLiteral("Memory for weights: 42.9 MB to load, 85.8 MB to draw")));
        QVERIFY(none->isHidden()); // a teacher is not trained
        auto *toggle = table->findChild<QToolButton *>();
        QCOMPARE(toggle->text().replace(QChar::Nbsp, QLatin1Char(' ')), QStringLiteral("To train: 28.2 MB to 307.5 MB"));
        const auto *note = table->findChildren<QLabel *>().first();
        QVERIFY(!note->isVisible());
        toggle->click();
        QVERIFY(note->isVisible());
        const auto text = textOf(table);
        QVERIFY2(text.contains(QStringLiteral("what is trained\nparameters\nfp32\nbf16\neverything\n12.4 M\n283.8 MB\n307.5 MB\nkeys and values of cross-attention\n0.2 M\n51.1 MB\n28.2 MB")),
                 qPrintable(text));
        auto other = inspection("UNet folder", 1'000'000, Json::object());
        writeModel(QStringLiteral("unlike"), other); // without what training takes
        openModel(QStringLiteral("/student"), QStringLiteral("unlike"));
        QTRY_VERIFY(table->isHidden());
    }

    void metadataAreTold()
    {
        auto exported = inspection("diffusers pipeline", 12'400'000, Json::object());
        exported["metadata"] = {{"quell", R"({"version": "0.9", "base": "starter", "student": "pruned", "run": "first", "concepts": ["neon", "ink"]})"}, {"note", std::string(50, 'a') + "<b>"}};
        writeModel(QStringLiteral("exported"), exported);
        openModel(QStringLiteral("/teacher"), QStringLiteral("exported"));
        const auto said = QStringLiteral("Written by: Quell 0.9\nBase: starter\nStudent: pruned\nRun: first\nConcepts: neon, ink\nnote: %1…").arg(QString(35, QLatin1Char('a')));
        QTRY_VERIFY2(textOf(card(1)).contains(said), qPrintable(textOf(card(1))));
        QString tip;
        for (const auto *label : card(1)->findChildren<QLabel *>())
            if (label->text() == said)
                tip = label->toolTip();
        QVERIFY2(tip.contains(QString(50, QLatin1Char('a')) + QStringLiteral("&lt;b&gt;")), qPrintable(tip)); // whole, and never taken for HTML
    }

    void ofManyMetadataTheFirstAreTold()
    {
        auto strange = inspection("safetensors file", 12'400'000, Json::object());
        strange["metadata"]["quell"] = "another's"; // no JSON
        for (const char *key : {"a", "b", "c", "d", "e", "f", "g"})
            strange["metadata"][key] = "1";
        writeModel(QStringLiteral("strange"), strange);
        openModel(QStringLiteral("/student"), QStringLiteral("strange"));
        QTRY_VERIFY2(textOf(card(0)).contains(QStringLiteral("a: 1\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1\nand 2 more")), qPrintable(textOf(card(0))));
        QVERIFY(modelFacts(strange).made.is_null());
        QCOMPARE(modelFacts(strange).metadata.value(QStringLiteral("quell")), QStringLiteral("another's"));
    }

    void whatIsPredictedIsNamed()
    {
        auto pictures = inspection("UNet folder", 12'400'000, {{"down0", block(2, 8)}});
        pictures["unet"]["prediction"] = "sample";
        writeModel(QStringLiteral("pictures"), pictures);
        openModel(QStringLiteral("/student"), QStringLiteral("pictures"));
        QTRY_VERIFY2(textOf(card(0)).contains(QStringLiteral("picture prediction")), qPrintable(textOf(card(0))));
    }

    void theMachinesMemoryIsMeasuredAgainstBoth()
    {
        openBoth();
        auto *machine = m_page->findChild<MachineCard *>();
        QTRY_VERIFY(textOf(machine).contains(QStringLiteral("A processor")));
        const auto meters = machine->findChildren<Meter *>();
        QCOMPARE(meters.size(), 3);
        QCOMPARE(meters[0]->value(), 69); // 2 × (22.5 + 12.4) M of 1 G
        QCOMPARE(meters[2]->value(), 412); // 26 × 12.4 M + 4 × 22.5 M
    }

    void aModelThatCannotBeReadNeedsYou()
    {
        openBoth();
        openModel(QStringLiteral("/student"), QStringLiteral("broken"));
        QTRY_COMPARE(m_page->state(), Page::State::NeedsYou);
        QVERIFY2(m_page->reason().contains(QStringLiteral("broken")) && m_page->reason().contains(QStringLiteral("Open another model")), qPrintable(m_page->reason()));
        QVERIFY(textOf(card(0)).contains(QStringLiteral("broken")));
        m_studio->project()->undoStack()->undo();
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
    }

    void aTeacherMustBeAPipeline()
    {
        openBoth();
        openModel(QStringLiteral("/teacher"), QStringLiteral("lone"));
        QTRY_COMPARE(m_page->state(), Page::State::NeedsYou);
        QVERIFY(m_page->reason().contains(QStringLiteral("pipeline")));
    }

    void readingTheWeightsCanBeStopped()
    {
        write(QStringLiteral("large/slow"), {});
        writeModel(QStringLiteral("large"), inspection("UNet folder", 1'000'000, Json::object()));
        openModel(QStringLiteral("/student"), QStringLiteral("large"));
        auto *stop = card(0)->findChild<QPushButton *>();
        QTRY_VERIFY(stop->isVisible() && stop->text() == QStringLiteral("Stop reading"));
        stop->click();
        QCOMPARE(stop->text(), QStringLiteral("Read the weights"));
        QVERIFY(textOf(card(0)).contains(QStringLiteral("The weights were not read.")));
        QFile::remove(at(QStringLiteral("large/slow")));
        stop->click();
        QTRY_VERIFY(textOf(card(0)).contains(QStringLiteral("SHA-256")));
        QVERIFY(stop->isHidden());
    }

    void aDroppedModelIsOpened()
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(at(QStringLiteral("teacher")))});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(card(1), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(card(1), &drop);
        QTRY_COMPARE(m_studio->project()->absolutePath(m_studio->project()->text(QStringLiteral("/teacher"))), at(QStringLiteral("teacher")));
        QTRY_VERIFY(textOf(card(1)).contains(QStringLiteral("22.5 M")));
    }

    void weightFilesMeanTheirFolder()
    {
        write(QStringLiteral("pipe/model_index.json"), "{}");
        write(QStringLiteral("pipe/unet/config.json"), "{}");
        write(QStringLiteral("pipe/unet/weights.safetensors"), {});
        write(QStringLiteral("bare.safetensors"), {});
        const auto file = at(QStringLiteral("pipe/unet/weights.safetensors"));
        QCOMPARE(modelFolderOf(file, false), at(QStringLiteral("pipe/unet")));
        QCOMPARE(modelFolderOf(file, true), at(QStringLiteral("pipe")));
        QCOMPARE(modelFolderOf(at(QStringLiteral("pipe")), true), at(QStringLiteral("pipe")));
        QCOMPARE(modelFolderOf(at(QStringLiteral("bare.safetensors")), false), at(QStringLiteral("bare.safetensors")));
    }

    void factsOfASingleFile()
    {
        auto json = inspection("torch zip file, a single file in the CompVis layout", 100, Json::object());
        QVERIFY(!modelFacts(json).pipeline);
        for (const char *name : {"vae", "text_encoder"})
            json["components"].push_back({{"name", name}, {"parameters", 1}, {"dtypes", Json::object()}, {"bytes", 4}});
        json["differences"] = {"layers_per_block: config.json says 2, the weights have 1"};
        json["unet"]["taps"] = {{"pairs", {"down0", "mid"}}, {"of", 3}};
        const auto facts = modelFacts(json);
        QVERIFY(facts.pipeline);
        QCOMPARE(facts.differences.size(), 1);
        QCOMPARE(facts.taps, (QStringList{QStringLiteral("down0"), QStringLiteral("mid")}));
        json["unet"]["taps"] = {{"error", "no block fits"}};
        QCOMPARE(modelFacts(json).tapProblem, QStringLiteral("no block fits"));
    }

    void cutsThatShapesDoNotTellAreAsked()
    {
        auto cut = inspection("UNet folder", 12'400'000, {{"down0", block(2, 8)}});
        cut["choices"] = {"heads", "groups"};
        writeModel(QStringLiteral("cut"), cut);
        openModel(QStringLiteral("/student"), QStringLiteral("cut"));
        const auto button = [this](const QString &text) -> QPushButton * {
            for (auto *one : m_page->findChildren<QPushButton *>())
                if (one->text() == text && !one->isHidden())
                    return one;
            return nullptr;
        };
        QTRY_VERIFY(button(QStringLiteral("Fewer heads")));
        QCOMPARE(m_page->state(), Page::State::NeedsYou);
        button(QStringLiteral("Fewer heads"))->click();
        QVERIFY(button(QStringLiteral("Narrower groups")));
        QVERIFY(calls(QStringLiteral("structure")).isEmpty());
        button(QStringLiteral("Narrower groups"))->click();
        QTRY_COMPARE(calls(QStringLiteral("structure")), QStringList(QStringLiteral("structure %1 --json --heads fewer --groups narrower").arg(at(QStringLiteral("cut")))));
        QTRY_VERIFY(textOf(m_page.get()).contains(QStringLiteral("12.4")));
        QVERIFY(!button(QStringLiteral("Fewer heads")) && !button(QStringLiteral("Fewer groups")));
    }

    void exportsOfferWhatAModelCanBe()
    {
        ExportDialog dialog({{QStringLiteral("run"), at(QStringLiteral("run")), true, {}}, {QStringLiteral("pruned"), at(QStringLiteral("student")), false, {}}}, at(QStringLiteral("project")));
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        const auto boxes = dialog.findChildren<QComboBox *>();
        auto *model = boxes[0], *format = boxes[1];
        auto *target = dialog.findChild<QLineEdit *>();
        QCOMPARE(format->count(), 4);
        QVERIFY(target->text().endsWith(QStringLiteral("exported")));
        format->setCurrentIndex(3);
        QVERIFY(target->text().endsWith(QStringLiteral("exported.safetensors")));
        QVERIFY(!boxes[2]->isEnabled()); // adapters have one precision
        model->setCurrentIndex(1);
        QCOMPARE(format->count(), 2);
        QVERIFY(target->text().endsWith(QStringLiteral("exported")));
        QVERIFY(boxes[2]->isEnabled());
    }

    void blocksThatWereRemovedAreKeptToNothing()
    {
        ModelFacts teacher, student;
        teacher.levels = 2, student.levels = 1;
        teacher.blocks = {{"down0", block(8, 8)}, {"down1", block(8, 8)}, {"mid", block(8, 8)}, {"up0", block(8, 8)}, {"up1", block(4, 4)}};
        student.blocks = {{"down0", block(8, 8)}, {"up0", block(3, 4)}};
        const auto rows = keptRows(student, teacher);
        QCOMPARE(rows.size(), 5);
        QCOMPARE(rows[1].shares[0].kept, 0);
        QCOMPARE(rows[2].shares[0].kept, 0);
        QCOMPARE(rows[3].shares[0].kept, 0); // the innermost is what is gone
        QCOMPARE(rows[4].shares[0].kept, 3);
        QCOMPARE(rows[4].shares[0].total, 4);
    }

    void pruningIsPlannedThenWritten()
    {
        openBoth();
        m_studio->actions()->action(QStringLiteral("model.prune"))->trigger();
        auto *prune = dialog<PruneDialog>();
        QVERIFY(prune);
        auto *blocks = prune->findChild<QTreeWidget *>();
        QTRY_COMPARE(blocks->topLevelItemCount(), 1);
        QCOMPARE(blocks->topLevelItem(0)->text(1), QStringLiteral("40 %"));
        QVERIFY(textOf(prune).contains(QStringLiteral("Multiply-accumulates 2.0 M → 1.0 M (50 %). Parameters 4.0 M → 3.0 M (75 %).")));
        QVERIFY(calls(QStringLiteral("prune")).last().contains(QStringLiteral("--gates magnitude --macs 0.55 --plan")));
        prune->findChild<QSpinBox *>()->setValue(40);
        prune->findChild<QSpinBox *>()->setValue(30);
        QTRY_VERIFY(calls(QStringLiteral("prune")).last().contains(QStringLiteral("--macs 0.30")));
        QCOMPARE(calls(QStringLiteral("prune")).size(), 2); // what was passed over was not asked for
        QCOMPARE(prune->findChild<QLineEdit *>(QStringLiteral("name"))->text(), QStringLiteral("teacher-30"));
        QVERIFY(calls(QStringLiteral("prune")).filter(QStringLiteral("/models/")).isEmpty());
        for (auto *button : prune->findChild<QDialogButtonBox *>()->findChildren<QPushButton *>())
            if (button->text() == QStringLiteral("Prune"))
                button->click();
        QTRY_COMPARE(m_studio->project()->text(QStringLiteral("/student")), QStringLiteral("models/teacher-30"));
        QTRY_COMPARE(m_page->state(), Page::State::Ready);
        QCOMPARE(card(0)->path(), at(QStringLiteral("project/models/teacher-30")));
        m_studio->project()->undoStack()->undo();
        QTRY_COMPARE(card(0)->path(), at(QStringLiteral("student")));
    }

    void anExpertOfAPTPIsAskedForByItsFile()
    {
        openBoth();
        m_studio->actions()->action(QStringLiteral("model.prune"))->trigger();
        auto *prune = dialog<PruneDialog>();
        auto *method = prune->findChild<QComboBox *>();
        method->setCurrentIndex(method->count() - 1);
        for (auto *edit : prune->findChildren<QLineEdit *>())
            if (edit->isVisible() && edit->text().isEmpty())
                edit->setText(QStringLiteral("/vectors/arch_vector.pt"));
        QTRY_VERIFY(calls(QStringLiteral("prune")).join(QLatin1Char('\n')).contains(QStringLiteral("--arch-vector /vectors/arch_vector.pt --plan")));
        for (auto *spin : prune->findChildren<QSpinBox *>())
            if (spin->isVisible())
                spin->setValue(3);
        QTRY_VERIFY(calls(QStringLiteral("prune")).last().contains(QStringLiteral("--arch-vector /vectors/arch_vector.pt --expert 3 --plan")));
        QCOMPARE(prune->findChild<QLineEdit *>(QStringLiteral("name"))->text(), QStringLiteral("teacher-expert-3"));
    }

    void failedPruningLeavesTheStudent()
    {
        openBoth();
        m_studio->actions()->action(QStringLiteral("model.prune"))->trigger();
        auto *prune = dialog<PruneDialog>();
        prune->findChild<QComboBox *>()->setCurrentIndex(1);
        auto *name = prune->findChild<QLineEdit *>(QStringLiteral("name"));
        QCOMPARE(name->text(), QStringLiteral("teacher-base"));
        name->setText(QStringLiteral("full"));
        for (auto *button : prune->findChild<QDialogButtonBox *>()->findChildren<QPushButton *>())
            if (button->text() == QStringLiteral("Prune"))
                button->click();
        QTRY_VERIFY(textOf(prune).contains(QStringLiteral("Nothing was written. the disk is full")));
        QVERIFY(calls(QStringLiteral("prune")).last().contains(QStringLiteral("--blocks base")));
        QCOMPARE(m_studio->project()->text(QStringLiteral("/student")), at(QStringLiteral("student")));
    }

    void bothDrawTheSamePrompts()
    {
        openBoth();
        m_studio->actions()->action(QStringLiteral("model.draw"))->trigger();
        QTRY_COMPARE(calls(QStringLiteral("sample")).size(), 2);
        const auto drawn = calls(QStringLiteral("sample"));
        for (const auto &call : drawn) {
            QVERIFY2(call.contains(at(QStringLiteral("teacher")) + QLatin1Char(' ')) && call.contains(QStringLiteral("--seed 7")), qPrintable(call));
            QVERIFY2(call.endsWith(QStringLiteral("--prompt=an owl, neon style --prompt=an owl, ink style --prompt=a house")), qPrintable(call));
        }
        QVERIFY(!drawn[0].contains(QStringLiteral("--unet")));
        QVERIFY(drawn[1].contains(QStringLiteral("--unet ") + at(QStringLiteral("student"))));
        auto *draw = m_page->findChild<DrawingsCard *>()->findChild<QPushButton *>();
        QTRY_VERIFY(!draw->isEnabled()); // nothing is left to draw
        QCOMPARE(draw->text(), QStringLiteral("Draw"));
    }

    void promptsOfAllGroupsTakeTurns()
    {
        const auto text = [](const char *words) { return QString::fromLatin1(words).split(QLatin1Char(' ')); };
        QCOMPARE(promptsInTurn({text("a b c"), text("d"), text("e f")}, 5), text("a d e b f"));
        QCOMPARE(promptsInTurn({}, 5), QStringList());
    }

    void everyControlHasAName()
    {
        openBoth();
        for (const auto *widget : m_page->findChildren<QWidget *>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || qobject_cast<const QScrollArea *>(widget))
                continue;
            auto *accessible = QAccessible::queryAccessibleInterface(const_cast<QWidget *>(widget));
            QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
    }
};

QTEST_MAIN(ModelPageTest)
#include "tst_model_page.moc"
