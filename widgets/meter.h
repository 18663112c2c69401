// A share as a bar: how much of something that is there is needed. The words beside it are the owner's.
#pragma once

#include <QProgressBar>

namespace quell {

class Meter : public QProgressBar { // a progress bar for those who listen
    Q_OBJECT
public:
    explicit Meter(QWidget *parent = nullptr);
    // Beyond 1 the bar is full and in the colour of warnings.
    void setShare(double share);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_share = 0;
};

} // namespace quell
