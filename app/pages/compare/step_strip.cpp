#include "app/pages/compare/step_strip.h"

#include "app/pages/compare/picture_list.h"
#include "widgets/look.h"

#include <QListView>
#include <QScopedValueRollback>

namespace quell {

StepStrip::StepStrip(QWidget *parent) : Card({}, {}, parent), m_list(new PictureList(fontMetrics().height() * 3, this)), m_view(new QListView(this)), m_hint(new QLabel(this))
{
    m_view->setModel(m_list);
    m_view->setViewMode(QListView::IconMode);
    m_view->setMovement(QListView::Static);
    m_view->setFlow(QListView::LeftToRight);
    m_view->setWrapping(false);
    m_view->setUniformItemSizes(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setIconSize(QSize(m_list->side(), m_list->side()));
    m_view->setSpacing(2);
    m_view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setFixedHeight(m_list->side() + fontMetrics().height() * 2 + look::padding);
    m_hint->setProperty("faint", true);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &index) {
        if (!m_filling)
            Q_EMIT chosen(index.row());
    });
    corner()->addWidget(m_hint);
    body()->addWidget(m_view);
    retranslate();
}

void StepStrip::setSteps(const QVector<qint64> &steps, const QStringList &pictures, int current)
{
    QVector<PictureList::Entry> entries;
    for (int i = 0; i < steps.size(); ++i)
        entries << PictureList::Entry{locale().toString(steps[i]), pictures[i], false};
    const QScopedValueRollback filling(m_filling, true);
    m_list->setDevicePixelRatio(devicePixelRatioF());
    m_list->setEntries(entries);
    m_view->setCurrentIndex(m_list->index(current));
}

void StepStrip::setObscured(bool obscured)
{
    m_list->setObscured(obscured);
}

int StepStrip::current() const
{
    const auto index = m_view->currentIndex();
    return index.isValid() ? index.row() : m_list->rowCount() - 1;
}

void StepStrip::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

void StepStrip::retranslate()
{
    setTitle(tr("Steps of the student"));
    m_view->setAccessibleName(tr("Steps of the student"));
    m_hint->setText(tr("← → move through the run"));
}

} // namespace quell
