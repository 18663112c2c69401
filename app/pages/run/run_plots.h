// Both levels' losses over one step axis, with one cursor.
#pragma once

#include "app/run/live_run.h"
#include "widgets/plot.h"

#include <QPointer>

class QToolButton;

namespace quell {

class Card;

class RunPlots : public QWidget {
    Q_OBJECT
public:
    explicit RunPlots(QWidget *parent = nullptr);
    void setRun(LiveRun *run);
    void refresh(); // the run has grown
    void setStep(qint64 step);
    void setSubject(const QString &upper); // what the upper level does: "neon becomes a picture without it"
    Plot *lower() const { return m_lower; }
    Plot *upper() const { return m_upper; }

Q_SIGNALS:
    void stepChosen(qint64 step);
    void saveFailed(const QString &message);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Pane {
        Card *card;
        QToolButton *menu;
    };
    Pane addPane(Plot *plot);
    void retranslate();
    Plot::Curve curve(const char *series, const QString &name, look::Meaning meaning, Plot::Style style, Plot::Axis axis, bool shown) const;

    QPointer<LiveRun> m_run;
    Plot *m_lower, *m_upper;
    Pane m_lowerPane, m_upperPane;
};

} // namespace quell
