// The few settings that most runs need: preset, steps, seed, how often samples are drawn, and what that will take.
#pragma once

#include "app/pages/run/settings_form.h"
#include "widgets/card.h"

class QComboBox;

namespace quell {

class QuickSettings : public Card {
    Q_OBJECT
public:
    explicit QuickSettings(QWidget *parent = nullptr);
    void setProject(Project *project);
    void show(const Presets &presets);
    void setStepSeconds(double seconds); // of the run shown; 0: unknown

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void showEstimate();

    QPointer<Project> m_project;
    Presets m_presets;
    double m_stepSeconds = 0;
    QComboBox *m_preset;
    QLabel *m_presetName, *m_estimate;
    std::vector<std::pair<QLabel *, SettingEditor *>> m_editors;
};

} // namespace quell
