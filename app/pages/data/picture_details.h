// The chosen picture, larger, with its caption to be edited and what the run makes of it.
#pragma once

#include "app/pages/concepts/prompt_match.h"
#include "app/pages/data/dataset.h"
#include "widgets/card.h"
#include "widgets/thumbnail_loader.h"

class QPlainTextEdit;

namespace quell {

class PictureDetails : public Card {
    Q_OBJECT
public:
    explicit PictureDetails(QWidget *parent = nullptr);
    // `path` may be empty: nothing to show. A caption being edited stays if the picture is the same.
    void show(const DatasetPicture &picture, const QString &path, int side, const Json &concepts);
    void showNone(int selected); // of which several or none are selected
    void forget(const QString &path) { m_loader.forget(path); }
    void takeCaption(); // tells captionEdited() if it was edited
    QPlainTextEdit *caption() { return m_caption; }

Q_SIGNALS:
    void captionEdited(const QString &path, const QString &before, const QString &after);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void tellFacts();
    void mark(const QVector<PromptMatch> &matches);
    void showPixmap();

    ThumbnailLoader m_loader;
    PromptMatcher m_matcher;
    QLabel *m_picture, *m_captionLabel, *m_facts, *m_hint;
    QPlainTextEdit *m_caption;
    DatasetPicture m_shown;
    QString m_path;
    QVector<PromptMatch> m_matches;
    Json m_concepts;
    int m_side = 0, m_selected = 0;
};

} // namespace quell
