// What stands below the compared pictures: the ways of comparing them, zoom, options, and taking them along.
#pragma once

#include "widgets/compare_view.h"

#include <QWidget>

#include <vector>

class QButtonGroup;
class QCheckBox;
class QMenu;
class QToolButton;

namespace quell {

class CompareFoot : public QWidget {
    Q_OBJECT
public:
    CompareFoot(CompareView *view, QMenu *options, QWidget *parent);
    void fit(int width); // shows words only where there is room

Q_SIGNALS:
    void copyWanted();
    void sheetWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    QToolButton *addButton(const char *icon);
    QToolButton *addCollapsible(const char *icon); // its words show only where there is room
    void addModes();
    void addZoom();
    void addOptions(QMenu *options);
    void addTaking();
    void retranslate();
    void refreshZoom(); // from the view
    void refreshModes();

    CompareView *m_view;
    QButtonGroup *m_modes;
    QCheckBox *m_linked;
    QToolButton *m_zoomOut, *m_zoom, *m_zoomIn, *m_fit, *m_options, *m_keys, *m_copy, *m_save;
    std::vector<QToolButton *> m_collapsible;
    int m_width = 0;
};

} // namespace quell
