// Pictures by prompt (rows) and step (columns), with headers and chosen first columns that stay in sight; and the slider that goes through
// the steps that have pictures.
#pragma once

#include "widgets/thumbnail_loader.h"

#include <QAbstractScrollArea>
#include <QSet>
#include <QVector>

class QLabel;
class QSlider;

namespace quell {

class SampleGrid : public QAbstractScrollArea {
    Q_OBJECT
public:
    struct Prompt {
        QString text, group;
    };
    struct Column {
        QString title;
        qint64 step = 0;
        QStringList files;   // one a prompt; empty: there is no picture
        bool sticky = false; // stays in sight; these come first
    };

    explicit SampleGrid(QWidget *parent = nullptr);

    void setContent(QVector<Prompt> prompts, QVector<Column> columns);
    void setBlurred(bool blurred); // until each is clicked
    void setPlaceholder(const QString &text);
    void setCurrentStep(qint64 step); // the column whose step is nearest; brought into sight. Does not tell stepChanged
    qint64 currentStep() const;       // -1: none
    int currentPrompt() const { return m_prompt; }
    QVector<qint64> steps() const;    // of the columns that do not stay
    QString describe(int prompt, int column) const; // in words, for who cannot see it
    QString describeCurrent() const { return describe(m_prompt, m_column); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void activated(int prompt, qint64 step); // Enter or double-click
    void stepChanged(qint64 step);           // by the person

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void layOut();
    int stickyCount() const;
    int labelWidth() const;
    int headerHeight() const;
    int pitch() const; // from one cell to the next
    QRect cellAt(int prompt, int column) const;
    std::pair<int, int> cellUnder(QPoint place) const; // prompt, column; -1: none
    void select(int prompt, int column);
    void bringIntoSight();
    bool isHidden(const QString &file) const { return m_blurred && !m_revealed.contains(file); }
    void activate();
    void paintColumns(QPainter &painter, int begin, int end);
    void paintCell(QPainter &painter, int prompt, int column);
    void paintLabels(QPainter &painter);
    QString fileAt(int prompt, int column) const;

    ThumbnailLoader m_loader;
    QVector<Prompt> m_prompts;
    QVector<Column> m_columns;
    QSet<QString> m_revealed;
    QString m_placeholder;
    bool m_blurred = false;
    int m_prompt = 0, m_column = -1, m_cell = 0;
};

// One slider over the steps that have pictures.
class StepSlider : public QWidget {
    Q_OBJECT
public:
    explicit StepSlider(QWidget *parent = nullptr);
    void setSteps(const QVector<qint64> &steps);
    void setStep(qint64 step); // the nearest there is; does not tell stepChosen
    qint64 step() const;       // -1: none

Q_SIGNALS:
    void stepChosen(qint64 step);

protected:
    void changeEvent(QEvent *event) override;

private:
    void show();
    QLabel *m_name, *m_value;
    QSlider *m_slider;
    QVector<qint64> m_steps;
};

} // namespace quell
