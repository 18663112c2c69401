// What acts on the compared pictures alone: keys, commands of the palette, and the menu of options.
#pragma once

#include "widgets/compare_view.h"

#include <QKeySequence>
#include <QObject>

#include <functional>
#include <vector>

class QAction;
class QMenu;

namespace quell {

class ActionRegistry;

class ViewActions : public QObject {
    Q_OBJECT
public:
    // Keys work while `page` is shown, arrows while the view has the focus.
    ViewActions(ActionRegistry *registry, CompareView *view, QWidget *page);
    QMenu *options() const { return m_options; }
    void retranslate();

private:
    struct Named { // an action with its text before translation
        QAction *action;
        const char *text;
    };

    QAction *add(const char *id, const char *text, const QKeySequence &keys, QWidget *home, std::function<void()> run);
    void addModes();
    void addZoom();
    void addArrows();
    void addOptions();
    QAction *addToggle(const char *id, const char *text, const QKeySequence &keys);
    void refreshOptions(); // from the view

    ActionRegistry *m_registry;
    CompareView *m_view;
    QWidget *m_page;
    QMenu *m_options;
    QAction *m_fill, *m_smooth, *m_blinking;
    std::vector<QAction *> m_gains;
    std::vector<Named> m_named;
};

} // namespace quell
