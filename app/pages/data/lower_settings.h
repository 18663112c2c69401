// The lower level's settings that concern its pictures, bound to the draft. What the draft leaves to the preset is shown as the preset has it.
#pragma once

#include "app/project/project.h"
#include "widgets/card.h"

#include <QPointer>

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace quell {

class LowerSettings : public Card {
    Q_OBJECT
public:
    explicit LowerSettings(QWidget *parent = nullptr);
    void setProject(Project *project);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void fill();
    void readPreset();
    Json effective(const char *key, Json fallback) const;
    void set(const char *key, Json value, const QString &text);

    QPointer<Project> m_project;
    Json m_preset; // its "lower"
    QCheckBox *m_exclude, *m_flips;
    QComboBox *m_crop;
    QSpinBox *m_dropout;
    QLabel *m_cropLabel, *m_dropoutLabel;
};

} // namespace quell
