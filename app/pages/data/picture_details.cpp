#include "app/pages/data/picture_details.h"

#include "app/pages/data/dataset_model.h"
#include "widgets/look.h"

#include <QEvent>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLocale>
#include <QPlainTextEdit>

namespace quell {
namespace {

constexpr int pictureSide = 240;

bool captionCounts(const DatasetPicture &picture)
{
    return !picture.excluded() || picture.reason == DatasetPicture::Reason::NoCaption;
}

} // namespace

PictureDetails::PictureDetails(QWidget *parent)
    : Card({}, {}, parent), m_loader({pictureSide, pictureSide}), m_picture(new QLabel(this)), m_captionLabel(new QLabel(this)), m_facts(new QLabel(this)),
      m_hint(new QLabel(this)), m_caption(new QPlainTextEdit(this))
{
    m_picture->setAlignment(Qt::AlignCenter);
    m_picture->setFixedHeight(pictureSide);
    m_caption->setTabChangesFocus(true);
    m_caption->setFixedHeight(fontMetrics().lineSpacing() * 4 + look::gap);
    m_caption->installEventFilter(this);
    m_captionLabel->setBuddy(m_caption);
    for (auto *label : {m_facts, m_hint})
        label->setWordWrap(true);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_hint->setProperty("faint", true);
    for (QWidget *widget : {static_cast<QWidget *>(m_picture), static_cast<QWidget *>(m_captionLabel), static_cast<QWidget *>(m_caption), static_cast<QWidget *>(m_facts),
                            static_cast<QWidget *>(m_hint)})
        body()->addWidget(widget);
    body()->addStretch();
    connect(&m_loader, &ThumbnailLoader::loaded, this, &PictureDetails::showPixmap);
    connect(&m_loader, &ThumbnailLoader::failed, this, &PictureDetails::showPixmap);
    connect(&m_matcher, &PromptMatcher::matched, this, &PictureDetails::mark);
    connect(&m_matcher, &PromptMatcher::failed, this, [this] { mark({}); });
    connect(m_caption, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_path.isEmpty())
            m_matcher.ask(m_concepts, {m_caption->toPlainText().simplified()});
    });
    retranslate();
    showNone(0);
}

void PictureDetails::retranslate()
{
    m_captionLabel->setText(tr("&Caption"));
    m_caption->setToolTip(tr("Written to a .txt file beside the picture when you leave the field or press Ctrl+Enter; Esc takes the change back"));
    tellFacts();
}

void PictureDetails::show(const DatasetPicture &picture, const QString &path, int side, const Json &concepts)
{
    const bool same = path == m_path;
    if (!same)
        takeCaption();
    const bool editing = same && m_caption->toPlainText().simplified() != m_shown.caption;
    m_shown = picture;
    m_path = path;
    m_side = side;
    m_concepts = concepts;
    m_selected = 1;
    if (!same)
        mark({});
    if (!editing && m_caption->toPlainText() != picture.caption)
        m_caption->setPlainText(picture.caption);
    m_matcher.ask(m_concepts, {m_caption->toPlainText().simplified()});
    showPixmap();
    tellFacts();
}

void PictureDetails::showNone(int selected)
{
    m_path.clear();
    m_shown = {};
    m_matches.clear();
    m_selected = selected;
    m_picture->clear();
    m_caption->clear();
    tellFacts();
}

void PictureDetails::showPixmap()
{
    m_loader.setDevicePixelRatio(devicePixelRatioF());
    QPixmap pixmap = m_path.isEmpty() ? QPixmap() : m_loader.get(m_path);
    if (!pixmap.isNull()) { // small pictures enlarged: details are what this pane is for
        const QSize box = QSize(pictureSide, pictureSide) * devicePixelRatioF();
        pixmap = pixmap.scaled(box, Qt::KeepAspectRatio, Qt::SmoothTransformation);
        pixmap.setDevicePixelRatio(devicePixelRatioF());
    }
    m_picture->setPixmap(pixmap);
    m_picture->setAccessibleName(m_shown.file);
}

void PictureDetails::tellFacts()
{
    const bool one = m_selected == 1;
    for (QWidget *widget : {static_cast<QWidget *>(m_picture), static_cast<QWidget *>(m_caption), static_cast<QWidget *>(m_captionLabel)})
        widget->setVisible(one && (widget == m_picture || captionCounts(m_shown)));
    setTitle(one ? QFileInfo(m_shown.file).fileName() : m_selected > 1 ? tr("%n pictures selected", nullptr, m_selected) : tr("No picture selected"));
    m_hint->setVisible(!one);
    m_hint->setText(m_selected > 1 ? tr("Select one of them to see and change its caption.") : tr("Select a picture to see it larger, change its caption and learn what the run makes of it."));
    QStringList facts;
    if (one) {
        const QLocale locale;
        if (m_shown.file.contains(QLatin1Char('/')))
            facts << tr("In %1").arg(QFileInfo(m_shown.file).path());
        if (m_shown.size.isValid())
            facts << tr("%1 × %2 pixels").arg(locale.toString(m_shown.size.width()), locale.toString(m_shown.size.height()));
        if (passes(m_shown, DatasetFilter::Small, m_side))
            facts << tr("Smaller than the %1 pixels that the model draws: it is enlarged and looks soft to it.").arg(locale.toString(m_side));
        if (m_shown.duplicate)
            facts << tr("Another file holds the same picture: the run sees it more often than the others.");
        if (m_shown.excluded())
            facts << tr("Excluded: %1. %2").arg(textOf(m_shown.reason), m_shown.detail);
        const auto names = m_matches.isEmpty() ? m_shown.concepts : m_matches.first().concepts;
        if (!names.isEmpty())
            facts << tr("Names %1; the words are marked. It belongs to what is suppressed, not to what is kept.").arg(locale.createSeparatedList(names));
        else if (!m_shown.excluded())
            facts << tr("Names no concept: it belongs to the lower level, which keeps it.");
    }
    m_facts->setText(facts.join(QLatin1String("\n\n")));
    m_facts->setVisible(one);
}

void PictureDetails::mark(const QVector<PromptMatch> &matches)
{
    m_matches = matches;
    QList<QTextEdit::ExtraSelection> marks;
    // The rule was asked about the caption with its white space collapsed: marks fit only if that changed nothing.
    if (!matches.isEmpty() && matches.first().prompt == m_caption->toPlainText()) {
        for (const auto &range : matches.first().mentions) {
            QTextEdit::ExtraSelection selection;
            selection.cursor = QTextCursor(m_caption->document());
            selection.cursor.setPosition(range.begin);
            selection.cursor.setPosition(range.end, QTextCursor::KeepAnchor);
            selection.format.setUnderlineStyle(QTextCharFormat::SingleUnderline);
            selection.format.setFontWeight(QFont::Bold);
            selection.format.setForeground(look::color(look::Meaning::Upper, palette()));
            marks << selection;
        }
    }
    m_caption->setExtraSelections(marks);
    tellFacts();
}

void PictureDetails::takeCaption()
{
    const auto text = m_caption->toPlainText().simplified();
    if (m_path.isEmpty() || text == m_shown.caption || !captionCounts(m_shown))
        return;
    const auto before = m_shown.caption;
    m_shown.caption = text;
    Q_EMIT captionEdited(m_path, before, text);
}

bool PictureDetails::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_caption && event->type() == QEvent::FocusOut) {
        takeCaption();
    } else if (watched == m_caption && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->modifiers() & Qt::ControlModifier && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
            takeCaption();
            return true;
        }
        if (key->key() == Qt::Key_Escape && m_caption->toPlainText() != m_shown.caption) {
            m_caption->setPlainText(m_shown.caption);
            return true;
        }
    }
    return Card::eventFilter(watched, event);
}

void PictureDetails::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    else if (event->type() == QEvent::PaletteChange)
        mark(m_matches);
    Card::changeEvent(event);
}

} // namespace quell
