#include "app/pages/compare/pane_choosers.h"

#include "widgets/chips.h"
#include "widgets/look.h"
#include "widgets/viewport.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

namespace quell {

PaneChoosers::PaneChoosers(QWidget *parent) : QWidget(parent), m_layout(new QHBoxLayout(this)), m_add(chipButton(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(look::gap);
    m_layout->addWidget(m_add);
    connect(m_add, &QToolButton::clicked, this, &PaneChoosers::addWanted);
    refresh();
}

void PaneChoosers::setLabels(const QStringList &labels)
{
    m_labels = labels;
    while (m_choosers.size() > std::size_t(labels.size())) {
        m_choosers.back()->deleteLater();
        m_choosers.pop_back();
    }
    while (m_choosers.size() < std::size_t(labels.size()))
        addChooser();
    refresh();
}

void PaneChoosers::addChooser()
{
    auto *chooser = chipButton(this);
    const int pane = int(m_choosers.size());
    chooser->setPopupMode(QToolButton::InstantPopup);
    chooser->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto *menu = new QMenu(chooser);
    connect(menu, &QMenu::aboutToShow, this, [this, menu, pane] { Q_EMIT menuWanted(menu, pane); });
    chooser->setMenu(menu);
    m_layout->insertWidget(pane, chooser);
    m_choosers.push_back(chooser);
}

void PaneChoosers::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        refresh();
    QWidget::changeEvent(event);
}

void PaneChoosers::refresh()
{
    const QString places[] = {tr("First"), tr("Second"), tr("Third"), tr("Fourth")};
    const int room = fontMetrics().averageCharWidth() * (m_labels.size() > 2 ? 18 : 26);
    for (int pane = 0; pane < m_labels.size(); ++pane) {
        m_choosers[pane]->setText(fontMetrics().elidedText(m_labels[pane], Qt::ElideMiddle, room));
        m_choosers[pane]->setToolTip(tr("%1: %2", "place, what it shows").arg(places[pane], m_labels[pane]));
        m_choosers[pane]->setAccessibleName(m_choosers[pane]->toolTip());
    }
    m_add->setText(tr("Add a pane"));
    m_add->setEnabled(m_labels.size() < Viewport::mostPanes);
}

} // namespace quell
