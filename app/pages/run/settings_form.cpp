#include "app/pages/run/settings_form.h"

#include "app/project/json_text.h"
#include "app/project/project.h"
#include "widgets/card.h"
#include "widgets/look.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleValidator>
#include <QEvent>
#include <QGridLayout>
#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QWheelEvent>

#include <limits>

namespace quell {
namespace {

constexpr int columns = 2;

// In a form that scrolls, the wheel must not change what it passes over.
class WheelGuard : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (event->type() != QEvent::Wheel || static_cast<QWidget *>(object)->hasFocus())
            return false;
        event->ignore();
        return true;
    }
};

// Nothing is a number too where the setting has a name for it.
class NumberOrNothing : public QDoubleValidator {
public:
    using QDoubleValidator::QDoubleValidator;
    State validate(QString &input, int &position) const override { return input.isEmpty() ? Acceptable : QDoubleValidator::validate(input, position); }
};

QString shortest(double value)
{
    return QLocale().toString(value, 'g', QLocale::FloatingPointShortest);
}

} // namespace

void editSetting(Project &project, const Setting &setting, const Json &value)
{
    project.set(QLatin1String(setting.pointer), value, QCoreApplication::translate("RunSettings", "Change “%1”").arg(settingName(setting)));
}

SettingEditor::SettingEditor(const Setting &setting, QWidget *parent) : QWidget(parent), m_setting(setting), m_editor(makeEditor())
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_editor);
    setFocusProxy(m_editor);
    m_editor->setFocusPolicy(Qt::StrongFocus);
    m_editor->installEventFilter(new WheelGuard(m_editor));
    retranslate();
}

QWidget *SettingEditor::makeEditor()
{
    switch (m_setting.kind) {
    case Setting::Kind::Whole: {
        auto *spin = new QSpinBox(this);
        spin->setRange(int(m_setting.least), int(m_setting.most));
        spin->setGroupSeparatorShown(true);
        spin->setKeyboardTracking(false);
        connect(spin, &QSpinBox::valueChanged, this, [this](int value) { Q_EMIT edited(value); });
        return spin;
    }
    case Setting::Kind::Number: {
        auto *line = new QLineEdit(this);
        const bool named = !m_setting.choices.empty();
        auto *validator = named ? new NumberOrNothing(line) : new QDoubleValidator(line);
        validator->setRange(named ? 0 : m_setting.least, m_setting.most, std::numeric_limits<double>::max_digits10);
        validator->setNotation(QDoubleValidator::ScientificNotation);
        line->setValidator(validator);
        connect(line, &QLineEdit::editingFinished, this, [this, line] {
            if (line->isModified())
                Q_EMIT edited(line->text().isEmpty() ? Json::parse(m_setting.choices.front().first) : Json(QLocale().toDouble(line->text())));
            line->setModified(false);
        });
        return line;
    }
    case Setting::Kind::Choice: {
        auto *combo = new QComboBox(this);
        for (const auto &choice : m_setting.choices)
            combo->addItem(QString(), QVariant(QString::fromLatin1(choice.first)));
        connect(combo, &QComboBox::activated, this, [this, combo] { Q_EMIT edited(toJson(combo->currentData().toString())); });
        return combo;
    }
    case Setting::Kind::Toggle: {
        auto *box = new QCheckBox(this);
        connect(box, &QCheckBox::clicked, this, [this](bool on) { Q_EMIT edited(on); });
        return box;
    }
    }
    return nullptr;
}

void SettingEditor::setValue(const Json &value)
{
    const QSignalBlocker quiet(m_editor);
    if (auto *spin = qobject_cast<QSpinBox *>(m_editor); spin && value.is_number()) {
        spin->setValue(int(std::clamp(value.get<double>(), m_setting.least, m_setting.most)));
    } else if (auto *line = qobject_cast<QLineEdit *>(m_editor); line && value.is_number()) {
        const bool named = !m_setting.choices.empty() && value == Json::parse(m_setting.choices.front().first);
        line->setText(named ? QString() : shortest(value.get<double>()));
    } else if (auto *combo = qobject_cast<QComboBox *>(m_editor)) {
        const auto text = toQString(value);
        if (combo->findData(text) < 0)
            combo->addItem(text, QVariant(text)); // "cuda:1"
        combo->setCurrentIndex(combo->findData(text));
    } else if (auto *box = qobject_cast<QCheckBox *>(m_editor)) {
        box->setChecked(value == true);
    }
}

void SettingEditor::setDiffers(bool differs)
{
    auto font = m_editor->font();
    font.setBold(differs);
    m_editor->setFont(font);
}

void SettingEditor::retranslate()
{
    m_editor->setToolTip(translatedSetting(m_setting.tip));
    m_editor->setAccessibleName(settingName(m_setting));
    m_editor->setAccessibleDescription(translatedSetting(m_setting.tip));
    if (auto *combo = qobject_cast<QComboBox *>(m_editor)) {
        for (int i = 0; i < int(m_setting.choices.size()); ++i)
            combo->setItemText(i, translatedSetting(m_setting.choices[std::size_t(i)].second));
    } else if (auto *spin = qobject_cast<QSpinBox *>(m_editor); spin && !m_setting.choices.empty()) {
        spin->setSpecialValueText(translatedSetting(m_setting.choices.front().second));
    } else if (auto *line = qobject_cast<QLineEdit *>(m_editor); line && !m_setting.choices.empty()) {
        line->setPlaceholderText(translatedSetting(m_setting.choices.front().second));
    } else if (auto *box = qobject_cast<QCheckBox *>(m_editor)) {
        box->setText(translatedSetting(m_setting.label));
    }
}

SettingsForm::SettingsForm(QWidget *parent) : QWidget(parent)
{
    auto *across = new QHBoxLayout(this);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(look::padding);
    QVBoxLayout *down[columns];
    for (auto *&column : down) {
        column = new QVBoxLayout;
        column->setSpacing(look::padding);
        across->addLayout(column, 1);
    }
    for (const auto &group : settingGroups()) {
        auto *card = new Card({}, {}, this);
        auto *grid = new QGridLayout;
        grid->setHorizontalSpacing(look::padding);
        grid->setVerticalSpacing(look::gap / 2);
        grid->setColumnStretch(1, 1);
        card->body()->addLayout(grid);
        for (const auto &setting : group.settings) {
            auto *label = new QLabel(card);
            auto *editor = new SettingEditor(setting, card);
            label->setBuddy(editor);
            label->setWordWrap(true);
            const int row = grid->rowCount();
            if (setting.kind != Setting::Kind::Toggle)
                grid->addWidget(label, row, 0);
            label->setVisible(setting.kind != Setting::Kind::Toggle);
            grid->addWidget(editor, row, setting.kind == Setting::Kind::Toggle ? 0 : 1, 1, setting.kind == Setting::Kind::Toggle ? 2 : 1);
            connect(editor, &SettingEditor::edited, this, [this, &setting](const Json &value) {
                if (m_project)
                    editSetting(*m_project, setting, value);
            });
            m_rows.push_back({label, editor});
        }
        const bool left = m_groups.size() < 3; // run, solver and lower level; the rest
        down[left ? 0 : 1]->addWidget(card);
        m_groups.emplace_back(&group, card);
    }
    for (auto *column : down)
        column->addStretch();
    retranslate();
}

void SettingsForm::setProject(Project *project)
{
    m_project = project;
    setEnabled(project);
}

void SettingsForm::show(const Presets &presets)
{
    if (!m_project)
        return;
    for (const auto &row : m_rows) {
        const auto &setting = row.editor->setting();
        const auto value = effectiveValue(*m_project, presets, setting);
        row.editor->setValue(value);
        row.editor->setDiffers(value != presetValue(*m_project, presets, setting));
    }
}

void SettingsForm::retranslate()
{
    for (const auto &[group, card] : m_groups)
        card->setTitle(translatedSetting(group->title));
    for (const auto &row : m_rows) {
        row.label->setText(translatedSetting(row.editor->setting().label));
        row.label->setToolTip(translatedSetting(row.editor->setting().tip));
        row.editor->retranslate();
    }
}

void SettingsForm::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace quell
