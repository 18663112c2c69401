#include "app/pages/run/quick_settings.h"

#include "app/run/run_texts.h"
#include "app/project/json_text.h"
#include "app/project/project.h"
#include "widgets/look.h"

#include <QComboBox>
#include <QEvent>
#include <QSignalBlocker>

namespace quell {
namespace {

constexpr const char *pointers[] = {"/steps", "/seed", "/samples/every"};

} // namespace

QuickSettings::QuickSettings(QWidget *parent) : Card({}, {}, parent), m_preset(new QComboBox(this)), m_presetName(new QLabel(this)), m_estimate(new QLabel(this))
{
    auto *row = new QHBoxLayout;
    row->setSpacing(look::margin);
    const auto add = [row](QLabel *label, QWidget *editor) {
        auto *column = new QVBoxLayout;
        column->setSpacing(look::gap / 2);
        label->setBuddy(editor);
        label->setProperty("faint", true);
        column->addWidget(label);
        column->addWidget(editor);
        row->addLayout(column);
    };
    add(m_presetName, m_preset);
    for (const auto *pointer : pointers) {
        auto *label = new QLabel(this);
        auto *editor = new SettingEditor(*findSetting(QLatin1String(pointer)), this);
        add(label, editor);
        connect(editor, &SettingEditor::edited, this, [this, editor](const Json &value) {
            if (m_project)
                editSetting(*m_project, editor->setting(), value);
        });
        m_editors.emplace_back(label, editor);
    }
    m_estimate->setProperty("faint", true);
    m_estimate->setWordWrap(true);
    m_estimate->setAlignment(Qt::AlignRight | Qt::AlignBottom);
    row->addWidget(m_estimate, 1);
    body()->addLayout(row);
    connect(m_preset, &QComboBox::activated, this, [this] {
        if (m_project)
            m_project->set(QStringLiteral("/preset"), toJson(m_preset->currentData().toString()), tr("Change the preset"));
    });
    retranslate();
}

void QuickSettings::setProject(Project *project)
{
    m_project = project;
    setEnabled(project);
}

void QuickSettings::show(const Presets &presets)
{
    m_presets = presets;
    if (!m_project)
        return;
    const QSignalBlocker quiet(m_preset);
    m_preset->clear();
    m_preset->addItem(tr("none"), QVariant(QString()));
    for (const auto &name : presets.names())
        m_preset->addItem(name, QVariant(name));
    m_preset->setCurrentIndex(std::max(0, m_preset->findData(m_project->text(QStringLiteral("/preset")))));
    for (const auto &[label, editor] : m_editors)
        editor->setValue(effectiveValue(*m_project, presets, editor->setting()));
    showEstimate();
}

void QuickSettings::setStepSeconds(double seconds)
{
    m_stepSeconds = seconds;
    showEstimate();
}

void QuickSettings::showEstimate()
{
    if (!m_project)
        return;
    const auto steps = effectiveValue(*m_project, m_presets, *findSetting(QStringLiteral("/steps")));
    m_estimate->setText(m_stepSeconds > 0 && steps.is_number()
                            ? tr("about %1 of training, at %2 s a step as in the run shown; samples and scores come on top")
                                  .arg(RunTexts::duration(steps.get<double>() * m_stepSeconds), QLocale().toString(m_stepSeconds, 'g', 3))
                            : tr("The first steps will tell how long it takes."));
}

void QuickSettings::retranslate()
{
    m_presetName->setText(tr("preset"));
    m_preset->setToolTip(tr("Settings that belong together; what you set yourself stays"));
    for (const auto &[label, editor] : m_editors) {
        label->setText(translatedSetting(editor->setting().label));
        editor->retranslate();
    }
    setTitle(tr("Next run"));
    show(Presets(m_presets));
}

void QuickSettings::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

} // namespace quell
