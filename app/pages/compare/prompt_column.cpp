#include "app/pages/compare/prompt_column.h"

#include "app/pages/compare/picture_list.h"

#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScopedValueRollback>

namespace quell {

PromptColumn::PromptColumn(QWidget *parent)
    : Card({}, {}, parent), m_list(new PictureList(fontMetrics().height() * 2, this)), m_view(new QListView(this)), m_typed(new QLineEdit(this)), m_draw(new QPushButton(this)), m_told(new QLabel(this))
{
    setFixedWidth(fontMetrics().averageCharWidth() * 34);
    m_view->setModel(m_list);
    m_view->setIconSize(QSize(m_list->side(), m_list->side()));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setWordWrap(true);
    m_view->setSpacing(2);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setResizeMode(QListView::Adjust);
    m_typed->setClearButtonEnabled(true);
    m_told->setWordWrap(true);
    m_told->setProperty("faint", true);
    m_told->hide();
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &index) {
        if (const auto prompt = m_prompts.value(index.row()); !m_filling && !prompt.text.isEmpty())
            Q_EMIT chosen(prompt);
    });
    connect(m_typed, &QLineEdit::returnPressed, this, &PromptColumn::draw);
    connect(m_typed, &QLineEdit::textChanged, this, &PromptColumn::refreshButton);
    connect(m_draw, &QPushButton::clicked, this, [this] { m_drawing ? Q_EMIT cancelWanted() : draw(); });
    body()->addWidget(m_view, 1);
    body()->addWidget(m_typed);
    body()->addWidget(m_draw);
    body()->addWidget(m_told);
    retranslate();
}

void PromptColumn::setPrompts(const QVector<ComparePrompt> &prompts, const QStringList &pictures, const ComparePrompt &current)
{
    QVector<PictureList::Entry> entries;
    m_prompts.clear();
    QString group;
    int row = -1;
    for (int i = 0; i < prompts.size(); ++i) {
        if (prompts[i].group != group) {
            group = prompts[i].group;
            entries << PictureList::Entry{groupName(group), {}, true};
            m_prompts << ComparePrompt();
        }
        if (prompts[i] == current)
            row = int(m_prompts.size());
        m_prompts << prompts[i];
        entries << PictureList::Entry{prompts[i].text, pictures[i], false};
    }
    const QScopedValueRollback filling(m_filling, true);
    m_list->setDevicePixelRatio(devicePixelRatioF());
    m_list->setEntries(entries);
    m_view->setCurrentIndex(m_list->index(row));
}

void PromptColumn::choose(const QString &text)
{
    for (int row = 0; row < m_prompts.size(); ++row)
        if (m_prompts[row].text == text && !text.isEmpty())
            m_view->setCurrentIndex(m_list->index(row));
}

void PromptColumn::setObscured(bool obscured)
{
    m_list->setObscured(obscured);
}

void PromptColumn::setDrawing(bool drawing)
{
    m_drawing = drawing;
    refreshButton();
}

void PromptColumn::tell(const QString &text)
{
    m_told->setText(text);
    m_told->setVisible(!text.isEmpty());
}

void PromptColumn::draw()
{
    if (const auto text = m_typed->text().simplified(); !text.isEmpty())
        Q_EMIT drawWanted(text);
}

void PromptColumn::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

void PromptColumn::retranslate()
{
    setTitle(tr("Prompts"));
    m_view->setAccessibleName(tr("Prompts"));
    m_typed->setPlaceholderText(tr("Another prompt"));
    m_typed->setAccessibleName(tr("Another prompt"));
    refreshButton();
}

void PromptColumn::refreshButton()
{
    m_draw->setText(m_drawing ? tr("Cancel drawing") : tr("Draw with these models"));
    m_draw->setEnabled(m_drawing || !m_typed->text().trimmed().isEmpty());
}

} // namespace quell
