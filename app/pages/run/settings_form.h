// Every scalar setting of the draft, grouped; edits go through the project and can be undone.
#pragma once

#include "app/pages/run/settings.h"

#include <QPointer>
#include <QWidget>

class QLabel;

namespace quell {

class Card;

// The editor of one setting, whatever its kind.
class SettingEditor : public QWidget {
    Q_OBJECT
public:
    explicit SettingEditor(const Setting &setting, QWidget *parent = nullptr);
    const Setting &setting() const { return m_setting; }
    void setValue(const Json &value); // without telling edited
    void setDiffers(bool differs);    // from the preset: bold
    void retranslate();

Q_SIGNALS:
    void edited(const quell::Json &value);

private:
    QWidget *makeEditor();
    const Setting &m_setting;
    QWidget *m_editor;
};

class SettingsForm : public QWidget {
    Q_OBJECT
public:
    explicit SettingsForm(QWidget *parent = nullptr);
    void setProject(Project *project);
    void show(const Presets &presets);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    QPointer<Project> m_project;
    struct Row {
        QLabel *label;
        SettingEditor *editor;
    };
    std::vector<std::pair<const SettingGroup *, Card *>> m_groups;
    std::vector<Row> m_rows;
};

// An edit of one setting, as the undo menu names it.
void editSetting(Project &project, const Setting &setting, const Json &value);

} // namespace quell
