#include "app/pages/model/machine_card.h"

#include "app/engine/engine_tool.h"
#include "app/project/json_text.h"
#include "widgets/look.h"
#include "widgets/meter.h"

#include <QEvent>
#include <QGridLayout>

namespace quell {

MachineCard::MachineCard(QWidget *parent) : Card({}, {}, parent)
{
    m_device = new QLabel(this);
    m_device->setWordWrap(true);
    body()->addWidget(m_device);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(look::gap);
    grid->setVerticalSpacing(4);
    for (int i = 0; i < 3; ++i) {
        m_lines[i] = {new QLabel(this), new QLabel(this), new Meter(this)};
        m_lines[i].name->setProperty("faint", true);
        m_lines[i].name->setBuddy(m_lines[i].meter);
        m_lines[i].text->setProperty("faint", true);
        m_lines[i].text->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        grid->addWidget(m_lines[i].name, i, 0);
        grid->addWidget(m_lines[i].meter, i, 1);
        grid->addWidget(m_lines[i].text, i, 2);
    }
    grid->setColumnStretch(1, 1);
    body()->addLayout(grid);
    m_note = new QLabel(this);
    m_note->setWordWrap(true);
    m_note->setProperty("faint", true);
    body()->addWidget(m_note);
    body()->addStretch();
    retranslate();
}

void MachineCard::probe()
{
    EngineTool::run(engineProgram(), {QStringLiteral("probe"), QStringLiteral("--json")}, this, [this](const Result<Json> &result) {
        if (result)
            m_machine = *result;
        else
            m_error = QString::fromStdString(to_string(result.error()));
        refresh();
    });
}

void MachineCard::setModels(const std::optional<ModelFacts> &student, const std::optional<ModelFacts> &teacher)
{
    const auto sum = [&](qint64 ModelFacts::*need) { return (student ? (*student).*need : 0) + (teacher ? (*teacher).*need : 0); };
    // The teacher only serves while the student is trained.
    m_needs = {sum(&ModelFacts::load), sum(&ModelFacts::sample), student ? student->train + (teacher ? teacher->sample : 0) : 0};
    refresh();
}

const Json *MachineCard::device() const
{
    if (!m_machine.is_object() || !m_machine.contains("devices") || m_machine["devices"].empty())
        return nullptr;
    const auto &devices = m_machine["devices"];
    for (const auto &device : devices)
        if (textOf(device, "name").startsWith(QLatin1String("cuda")))
            return &device;
    return &devices.front();
}

QString MachineCard::deviceLine() const
{
    if (!m_error.isEmpty())
        return tr("The engine did not say what this machine has. %1").arg(m_error);
    const auto *found = device();
    if (!found)
        return tr("Asking the engine…");
    const auto threads = int(integerOf(m_machine, "threads"));
    QStringList parts{textOf(*found, "description"), tr("%n thread(s)", nullptr, threads), sizeText(integerOf(*found, "memory")), textOf(*found, "capability")};
    if (textOf(*found, "name") == QLatin1String("cpu"))
        parts << tr("no GPU in use");
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

void MachineCard::refresh()
{
    m_device->setText(deviceLine());
    const auto *found = device();
    const auto memory = found ? integerOf(*found, "memory") : 0;
    for (int i = 0; i < 3; ++i) {
        const auto share = memory > 0 ? double(m_needs[i]) / double(memory) : 0;
        m_lines[i].meter->setShare(share);
        m_lines[i].text->setText(m_needs[i] == 0 ? QStringLiteral("–") : share > 1 ? tr("%1, more than there is").arg(sizeText(m_needs[i])) : sizeText(m_needs[i]));
        m_lines[i].meter->setAccessibleDescription(m_lines[i].text->text());
    }
}

void MachineCard::retranslate()
{
    setTitle(tr("This machine"));
    const std::array names{tr("load"), tr("draw"), tr("train")};
    for (int i = 0; i < 3; ++i) {
        m_lines[i].name->setText(names[i]);
        m_lines[i].meter->setAccessibleName(tr("Memory to %1", "load, draw or train").arg(names[i]));
    }
    m_note->setText(tr("Both models' weights; what the network computes in between comes on top."));
    m_note->setToolTip(tr("Load: the files as they are. Draw: four bytes a parameter. Train: for each parameter of the student's UNet a master, a bf16 copy, a gradient "
                          "and two moments for each level, 26 bytes, and the teacher beside it."));
    refresh();
}

void MachineCard::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

} // namespace quell
