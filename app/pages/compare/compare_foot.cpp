#include "app/pages/compare/compare_foot.h"

#include "widgets/chips.h"
#include "widgets/look.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>
#include <QToolTip>

namespace quell {
namespace {

struct ModeButton {
    CompareView::Mode mode;
    const char *icon, *text;
};
constexpr ModeButton modeButtons[] = {
    {CompareView::Mode::Slider, "slider", QT_TRANSLATE_NOOP("quell::CompareFoot", "Slider")},
    {CompareView::Mode::SideBySide, "side-by-side", QT_TRANSLATE_NOOP("quell::CompareFoot", "Side by side")},
    {CompareView::Mode::Blink, "blink", QT_TRANSLATE_NOOP("quell::CompareFoot", "Blink")},
    {CompareView::Mode::Difference, "difference", QT_TRANSLATE_NOOP("quell::CompareFoot", "Difference")},
};

} // namespace

CompareFoot::CompareFoot(CompareView *view, QMenu *options, QWidget *parent) : QWidget(parent), m_view(view), m_modes(new QButtonGroup(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap / 2);
    addModes();
    layout->addSpacing(look::gap);
    addZoom();
    layout->addSpacing(look::gap);
    addOptions(options);
    layout->addStretch();
    addTaking();
    connect(view, &CompareView::modeChanged, this, &CompareFoot::refreshModes);
    connect(view, &CompareView::optionsChanged, this, &CompareFoot::refreshModes);
    connect(view, &CompareView::zoomChanged, this, &CompareFoot::refreshZoom);
    refreshModes();
    retranslate();
}

QToolButton *CompareFoot::addButton(const char *icon)
{
    auto *button = chipButton(this);
    if (icon)
        button->setIcon(look::icon(QString::fromLatin1(icon)));
    layout()->addWidget(button);
    return button;
}

QToolButton *CompareFoot::addCollapsible(const char *icon)
{
    auto *button = addButton(icon);
    button->setMinimumWidth(fontMetrics().averageCharWidth() * 6);
    m_collapsible.push_back(button);
    return button;
}

void CompareFoot::addModes()
{
    for (const auto &entry : modeButtons) {
        auto *button = addCollapsible(entry.icon);
        button->setCheckable(true);
        m_modes->addButton(button, int(entry.mode));
    }
    connect(m_modes, &QButtonGroup::idClicked, m_view, [this](int id) { m_view->setMode(CompareView::Mode(id)); });
}

void CompareFoot::addZoom()
{
    m_zoomOut = addButton("zoom-out");
    connect(m_zoomOut, &QToolButton::clicked, m_view, &CompareView::zoomOut);
    m_zoom = addButton(nullptr);
    m_zoom->setMinimumWidth(fontMetrics().averageCharWidth() * 10);
    connect(m_zoom, &QToolButton::clicked, m_view, [this] { m_view->setZoom(1); });
    m_zoomIn = addButton("zoom-in");
    connect(m_zoomIn, &QToolButton::clicked, m_view, &CompareView::zoomIn);
    m_fit = addButton("fit");
    connect(m_fit, &QToolButton::clicked, m_view, &CompareView::fit);
}

void CompareFoot::addOptions(QMenu *options)
{
    m_linked = new QCheckBox(this);
    layout()->addWidget(m_linked);
    connect(m_linked, &QCheckBox::toggled, m_view, &CompareView::setLinked);
    m_options = addButton(nullptr);
    m_options->setPopupMode(QToolButton::InstantPopup);
    m_options->setMenu(options);
    m_keys = addButton("help");
    connect(m_keys, &QToolButton::clicked, this, [this] { QToolTip::showText(m_keys->mapToGlobal(QPoint(0, 0)), CompareView::keySheet(), m_keys, {}, 60000); });
}

void CompareFoot::addTaking()
{
    m_copy = addCollapsible("copy");
    connect(m_copy, &QToolButton::clicked, this, &CompareFoot::copyWanted);
    m_save = addCollapsible("export");
    connect(m_save, &QToolButton::clicked, this, &CompareFoot::sheetWanted);
}

void CompareFoot::fit(int width)
{
    m_width = width;
    const auto show = [this](Qt::ToolButtonStyle style) {
        for (auto *button : m_collapsible)
            button->setToolButtonStyle(style);
    };
    show(Qt::ToolButtonTextBesideIcon);
    if (sizeHint().width() > width)
        show(Qt::ToolButtonIconOnly);
}

void CompareFoot::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void CompareFoot::retranslate()
{
    const auto label = [](QToolButton *button, const QString &text) {
        button->setAccessibleName(text);
        button->setToolTip(text);
    };
    for (const auto &entry : modeButtons)
        m_modes->button(int(entry.mode))->setText(tr(entry.text));
    label(m_zoomOut, tr("Zoom out (−)"));
    label(m_zoomIn, tr("Zoom in (+)"));
    label(m_fit, tr("Fit (F)"));
    m_zoom->setToolTip(tr("100 % shows a pixel of the picture on a pixel of the screen (0)"));
    m_linked->setText(tr("Linked"));
    m_linked->setToolTip(tr("Zoom and pan all pictures together (L)"));
    m_options->setText(tr("View"));
    m_keys->setAccessibleName(tr("Keys"));
    m_keys->setToolTip(CompareView::keySheet());
    m_copy->setText(tr("Copy"));
    m_save->setText(tr("Save sheet…"));
    for (auto *button : m_collapsible)
        button->setToolTip(button->text());
    refreshZoom();
    fit(m_width);
}

void CompareFoot::refreshZoom()
{
    m_zoom->setText(tr("%1 %").arg(locale().toString(qRound(m_view->zoom() * 100))));
    m_zoom->setAccessibleName(tr("Zoom: %1 %").arg(locale().toString(qRound(m_view->zoom() * 100))));
}

void CompareFoot::refreshModes()
{
    m_modes->button(int(m_view->mode()))->setChecked(true);
    m_linked->setChecked(m_view->isLinked());
}

} // namespace quell
