#include "app/pages/compare/run_differences.h"

#include "widgets/look.h"

#include <QFileInfo>
#include <QHeaderView>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace quell {

RunDifferences::RunDifferences(QWidget *parent) : QWidget(parent), m_toggle(new QToolButton(this)), m_table(new QTreeWidget(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap);
    m_toggle->setCheckable(true);
    m_toggle->setAutoRaise(true);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setArrowType(Qt::RightArrow);
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setFixedHeight(fontMetrics().height() * 8);
    m_table->hide();
    connect(m_toggle, &QToolButton::toggled, this, [this](bool open) {
        m_toggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_table->setVisible(open);
    });
    layout->addWidget(m_toggle);
    layout->addWidget(m_table);
    retranslate();
}

void RunDifferences::setRuns(const QStringList &folders, const QVector<Json> &specs)
{
    const bool several = specs.size() > 1;
    m_folders = folders;
    m_differences = several ? differingKeys(specs) : QVector<SpecDifference>();
    setVisible(several);
    if (!several)
        m_toggle->setChecked(false);
    refresh();
}

void RunDifferences::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void RunDifferences::retranslate()
{
    m_table->setAccessibleName(tr("What differs between the runs"));
    refresh();
}

void RunDifferences::refresh()
{
    m_toggle->setText(tr("What differs between the runs: %n setting(s)", nullptr, int(m_differences.size())));
    m_table->clear();
    QStringList headers{tr("Setting")};
    for (const auto &folder : m_folders)
        headers << QFileInfo(folder).fileName();
    m_table->setColumnCount(int(headers.size()));
    m_table->setHeaderLabels(headers);
    for (const auto &difference : m_differences)
        m_table->addTopLevelItem(new QTreeWidgetItem(QStringList{difference.key} + difference.values));
    m_table->header()->resizeSections(QHeaderView::ResizeToContents);
}

} // namespace quell
