#include "app/pages/model/training_memory.h"

#include "app/pages/run/settings.h"
#include "app/project/json_text.h"
#include "widgets/look.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace quell {
namespace {

const Setting &scopeSetting() { return *findSetting(QStringLiteral("/training/scope")); }

void addRow(QGridLayout *grid, const QStringList &texts, bool faint)
{
    const int row = grid->rowCount();
    for (int column = 0; column < texts.size(); ++column) {
        auto *label = new QLabel(texts[column], grid->parentWidget());
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(column == 0);
        label->setAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignTop);
        label->setProperty("faint", faint);
        grid->addWidget(label, row, column);
    }
}

} // namespace

TrainingMemory::TrainingMemory(QWidget *parent) : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap / 2);
    m_toggle = new QToolButton(this);
    m_toggle->setCheckable(true);
    m_toggle->setAutoRaise(true);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setArrowType(Qt::RightArrow);
    auto *unfolded = new QWidget(this);
    m_unfolded = new QVBoxLayout(unfolded);
    m_unfolded->setContentsMargins(0, 0, 0, 0);
    m_note = new QLabel(unfolded);
    m_note->setWordWrap(true);
    m_note->setProperty("faint", true);
    m_unfolded->addWidget(m_note);
    unfolded->hide();
    connect(m_toggle, &QToolButton::toggled, unfolded, [this, unfolded](bool open) {
        m_toggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        unfolded->setVisible(open);
    });
    layout->addWidget(m_toggle);
    layout->addWidget(unfolded);
    retranslate();
}

void TrainingMemory::setNeeds(const QVector<TrainingNeed> &needs)
{
    if (needs == m_needs)
        return;
    m_needs = needs;
    retranslate();
}

// In the words of the run page.
QWidget *TrainingMemory::makeTable()
{
    auto *table = new QWidget(m_unfolded->parentWidget());
    auto *grid = new QGridLayout(table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(look::gap);
    grid->setVerticalSpacing(look::gap / 2);
    grid->setColumnStretch(0, 1);
    addRow(grid, {translatedSetting(scopeSetting().label), tr("parameters"), QStringLiteral("fp32"), QStringLiteral("bf16")}, true);
    for (const auto &need : m_needs)
        addRow(grid, {settingText(scopeSetting(), toJson(need.scope)), countText(double(need.parameters)), sizeText(need.fp32), sizeText(need.bf16)}, false);
    return table;
}

QString TrainingMemory::foldedText() const
{
    QVector<qint64> bytes;
    for (const auto &need : m_needs)
        bytes << need.fp32 << need.bf16;
    const auto [least, most] = std::minmax_element(bytes.begin(), bytes.end());
    return bytes.isEmpty() ? tr("To train") : tr("To train: %1 to %2").arg(sizeText(*least), sizeText(*most));
}

void TrainingMemory::retranslate()
{
    setVisible(!m_needs.isEmpty());
    m_toggle->setText(foldedText());
    m_toggle->setToolTip(tr("By what is trained, and in which precision"));
    m_note->setText(tr("Its UNet, gradients, and AdamW's moments for both levels; adapters of rank 8. The teacher and what the network computes in between come on top: "
                       "quell-engine estimate tells a run's whole."));
    delete m_table;
    m_table = makeTable();
    m_unfolded->insertWidget(0, m_table);
}

void TrainingMemory::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace quell
