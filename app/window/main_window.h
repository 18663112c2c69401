// The one window: rail, pages, banner, engine bar.
#pragma once

#include "app/window/page.h"

#include <QMainWindow>

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace quell {

class Banner;
class Rail;
class Studio;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Studio &studio);
    void showPage(const QString &name); // "model", "concepts", "data", "run", "compare", "history"

protected:
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void addPages();
    QWidget *makeTopBar();
    void addActions();
    void retranslate();
    void wrapPage(Page *page);
    void fillProjectMenu();
    void openProject(const QString &folder);
    void chooseProject();
    void makeProject();
    void showPalette();
    void cycleTheme();
    void changeLanguage();
    void askBeforeClosing();
    void closeWhenEnded();

    Studio &m_studio;
    Rail *m_rail;
    Banner *m_banner;
    QStackedWidget *m_stack;
    QPushButton *m_search;
    QToolButton *m_project, *m_theme, *m_help;
    QLabel *m_name;
    QMap<QString, Page *> m_pages;
    bool m_mayClose = false;
};

} // namespace quell
