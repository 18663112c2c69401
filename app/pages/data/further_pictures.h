// The lower level's further datasets (run.json, lower.datasets), bound to the draft: folders, or pictures that the teacher makes from prompts; each with its part of
// every batch and with what is learnt from it.
#pragma once

#include "app/project/project.h"
#include "widgets/card.h"

#include <QPointer>

class QGridLayout;

namespace quell {

class FurtherPictures : public Card {
    Q_OBJECT
public:
    explicit FurtherPictures(QWidget *parent = nullptr);
    void setProject(Project *project);
    // What the buttons do once a person has chosen.
    void addFolder(const QString &folder);
    void addMade(const QStringList &prompts, int pictures);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void fill();
    void addRow(int row, const Json &set);
    Json sets() const;
    void put(Json sets, const QString &text);
    void append(Json set);
    void changeSet(int row, const Json &patch, const QString &text);
    void askForFolder();
    void askForPrompts();

    QPointer<Project> m_project;
    QGridLayout *m_rows;
    QWidget *m_list;
    QLabel *m_none;
    QPushButton *m_folder, *m_made;
};

} // namespace quell
