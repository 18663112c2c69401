// The prompts of a run by group, and a line for another one.
#pragma once

#include "app/pages/compare/compare_sources.h"
#include "widgets/card.h"

class QLabel;
class QLineEdit;
class QListView;
class QPushButton;

namespace quell {

class PictureList;

class PromptColumn : public Card {
    Q_OBJECT
public:
    explicit PromptColumn(QWidget *parent = nullptr);
    // Each with the picture that stands for it ("": none); `current` is chosen without telling.
    void setPrompts(const QVector<ComparePrompt> &prompts, const QStringList &pictures, const ComparePrompt &current);
    void choose(const QString &text);
    void setObscured(bool obscured);
    void setDrawing(bool drawing);   // the button cancels meanwhile
    void tell(const QString &text);  // of the drawing; "": nothing

Q_SIGNALS:
    void chosen(const quell::ComparePrompt &prompt);
    void drawWanted(const QString &text);
    void cancelWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    void draw();
    void retranslate();
    void refreshButton();

    QVector<ComparePrompt> m_prompts; // by row; headings have an empty text
    PictureList *m_list;
    QListView *m_view;
    QLineEdit *m_typed;
    QPushButton *m_draw;
    QLabel *m_told;
    bool m_filling = false, m_drawing = false; // the former: what is current changes by itself
};

} // namespace quell
