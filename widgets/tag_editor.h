// A list of short texts, each a chip, with a line to write more. Enter or a comma adds; Backspace at the line's start, Delete on a chip or
// its cross remove; left and right walk; a pasted list with commas or lines becomes chips.
#pragma once

#include <QFrame>
#include <QStringList>

class QLineEdit;

namespace quell {

class FlowLayout;
class TagChip;

class TagEditor : public QFrame {
    Q_OBJECT
public:
    explicit TagEditor(QWidget *parent = nullptr);
    ~TagEditor() override;
    QStringList tags() const { return m_tags; }
    // From outside: edited() is not told; what is being written stays.
    void setTags(const QStringList &tags);
    void setPlaceholder(const QString &text);
    QLineEdit *line() { return m_line; } // for a label's buddy

Q_SIGNALS:
    void edited(const QStringList &tags); // by the person

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void takeLine();
    void add(const QStringList &texts);
    void removeAt(int place);
    void rebuild();
    void focusChip(int place); // beyond the last: the line
    int placeOf(QObject *chip) const;
    bool lineKey(class QKeyEvent *event);
    bool chipKey(int place, QKeyEvent *event);
    void retranslate();

    QStringList m_tags;
    QList<TagChip *> m_chips;
    FlowLayout *m_layout;
    QLineEdit *m_line;
};

} // namespace quell
