// A picture of a comparison for sharing: the panes in a row, what each is below it.
#pragma once

#include "widgets/picture.h"

#include <QFont>
#include <QString>

namespace quell {

struct SheetPane {
    QString label, detail;
    Picture picture; // null: an empty frame
};

// Black on white, small pictures enlarged by a whole factor so that their pixels stay squares. Any thread.
QImage makeCompareSheet(const QString &title, const QVector<SheetPane> &panes, QFont font);

} // namespace quell
