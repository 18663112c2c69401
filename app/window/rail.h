// The pages in the order of the work, each with its state.
#pragma once

#include "app/window/page.h"

#include <QListWidget>

namespace quell {

class Rail : public QListWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget *parent = nullptr);
    void addPage(const QString &icon, Page *page);
    void addSeparator();
    void retranslate();
    void select(Page *page);

Q_SIGNALS:
    void pageChosen(quell::Page *page);

private:
    void showState(QListWidgetItem *item);
    QListWidgetItem *itemOf(Page *page) const;
};

} // namespace quell
