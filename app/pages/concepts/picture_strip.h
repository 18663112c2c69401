// A few pictures in a row, of files; what may upset is veiled until it is clicked (or Space is pressed).
#pragma once

#include "widgets/thumbnail_loader.h"

#include <QWidget>

namespace quell {

class PictureStrip : public QWidget {
    Q_OBJECT
public:
    explicit PictureStrip(int count, QWidget *parent = nullptr);
    // Empty files: places for pictures not drawn yet.
    void setPictures(const QStringList &files, const QStringList &prompts);
    void setVeiled(bool veiled);
    bool veiled() const { return m_veiled; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    QRect cell(int place) const;
    void describe();

    int m_count;
    ThumbnailLoader m_loader;
    QStringList m_files, m_prompts;
    bool m_veiled = false;
};

} // namespace quell
