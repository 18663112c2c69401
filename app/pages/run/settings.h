// The scalar settings of a run (engine/run/run_spec.h), as the form shows them.
#pragma once

#include "formats/json.h"

#include <QString>
#include <QStringList>
#include <QVector>

#include <map>
#include <vector>

namespace quell {

class Project;

struct Setting {
    enum class Kind { Whole, Number, Choice, Toggle };
    const char *pointer, *label, *tip;
    Kind kind;
    double least, most;
    const char *fallback;                                            // JSON: the engine's own where neither draft nor preset has a value
    std::vector<std::pair<const char *, const char *>> choices = {}; // value and label; of Whole and Number: one value that has a name, which leaves a Number's field empty
};

struct SettingGroup {
    const char *title;
    std::vector<Setting> settings;
};

const std::vector<SettingGroup> &settingGroups();
const Setting *findSetting(const QString &pointer);
QString translatedSetting(const char *text);
QString settingName(const Setting &setting);                    // with its group: "Lower level: batch size"
QString settingText(const Setting &setting, const Json &value); // the value as a person reads it

// The presets that lie in a folder.
class Presets {
public:
    static Presets read(const QString &folder); // any thread
    QStringList names() const;
    // null where the preset has none
    Json value(const QString &preset, const QString &pointer) const;

private:
    std::map<QString, Json> m_presets;
};

// What the run will take: the draft's value, else the preset's, else the engine's own.
Json effectiveValue(const Project &project, const Presets &presets, const Setting &setting);
// What it would take without the draft's.
Json presetValue(const Project &project, const Presets &presets, const Setting &setting);
// Settings in which the draft differs from its preset.
QVector<const Setting *> differences(const Project &project, const Presets &presets);

} // namespace quell
