#include "app/pages/data/lower_settings.h"

#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/in_background.h"
#include "widgets/look.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QSignalBlocker>
#include <QSpinBox>

#include <cmath>

namespace quell {

LowerSettings::LowerSettings(QWidget *parent)
    : Card({}, {}, parent), m_exclude(new QCheckBox(this)), m_flips(new QCheckBox(this)), m_crop(new QComboBox(this)), m_dropout(new QSpinBox(this)),
      m_cropLabel(new QLabel(this)), m_dropoutLabel(new QLabel(this))
{
    m_crop->addItem(QString(), QVariant(QStringLiteral("center")));
    m_crop->addItem(QString(), QVariant(QStringLiteral("random")));
    m_dropout->setRange(0, 100);
    m_cropLabel->setBuddy(m_crop);
    m_dropoutLabel->setBuddy(m_dropout);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(look::gap);
    grid->setVerticalSpacing(4);
    grid->addWidget(m_exclude, 0, 0, 1, 4);
    grid->addWidget(m_flips, 1, 0, 1, 4);
    grid->addWidget(m_cropLabel, 2, 0);
    grid->addWidget(m_crop, 2, 1);
    grid->addWidget(m_dropoutLabel, 2, 2);
    grid->addWidget(m_dropout, 2, 3);
    grid->setColumnStretch(4, 1);
    body()->addLayout(grid);
    body()->addStretch();
    connect(m_exclude, &QCheckBox::toggled, this, [this](bool on) { set("exclude_concepts", on, tr("Change which pictures the lower level keeps")); });
    connect(m_flips, &QCheckBox::toggled, this, [this](bool on) { set("flips", on, tr("Change mirroring")); });
    connect(m_crop, &QComboBox::currentIndexChanged, this, [this] { set("crop", toJson(m_crop->currentData().toString()), tr("Change the crop")); });
    connect(m_dropout, &QSpinBox::valueChanged, this, [this](int percent) { set("caption_dropout", percent / 100.0, tr("Change caption dropout")); });
    retranslate();
}

void LowerSettings::setProject(Project *project)
{
    if (m_project)
        m_project->disconnect(this);
    m_project = project;
    setEnabled(project);
    if (!project)
        return;
    connect(project, &Project::draftChanged, this, [this](const QString &pointer) {
        if (pointer.isEmpty() || pointer == QLatin1String("/preset"))
            readPreset();
        if (pointer.isEmpty() || pointer.startsWith(QLatin1String("/lower")))
            fill();
    });
    readPreset();
    fill();
}

void LowerSettings::readPreset()
{
    const QString file = resourcesFolder() + QStringLiteral("/presets/%1.json").arg(m_project->text(QStringLiteral("/preset")));
    inBackground(
        this, [file] { return read_json(file.toStdString()); },
        [this](const Result<Json> &preset) {
            m_preset = preset && preset->is_object() && preset->contains("lower") ? (*preset)["lower"] : Json();
            fill();
        });
}

Json LowerSettings::effective(const char *key, Json fallback) const
{
    auto value = m_project->value(QStringLiteral("/lower/%1").arg(QLatin1String(key)));
    if (value.is_null() && m_preset.is_object() && m_preset.contains(key))
        value = m_preset[key];
    return value.type() == fallback.type() || (value.is_number() && fallback.is_number()) ? value : fallback;
}

void LowerSettings::fill()
{
    if (!m_project)
        return;
    const QSignalBlocker blockers[] = {QSignalBlocker(m_exclude), QSignalBlocker(m_flips), QSignalBlocker(m_crop), QSignalBlocker(m_dropout)};
    m_exclude->setChecked(effective("exclude_concepts", true).get<bool>());
    m_flips->setChecked(effective("flips", true).get<bool>());
    m_crop->setCurrentIndex(std::max(0, m_crop->findData(toQString(effective("crop", "center")))));
    m_dropout->setValue(int(std::lround(effective("caption_dropout", 0.1).get<double>() * 100)));
}

void LowerSettings::set(const char *key, Json value, const QString &text)
{
    if (m_project)
        m_project->set(QStringLiteral("/lower/%1").arg(QLatin1String(key)), std::move(value), text);
}

void LowerSettings::retranslate()
{
    setTitle(tr("Lower level"));
    setSubtitle(tr("what it keeps, and how it sees it"));
    m_exclude->setText(tr("&Leave out pictures that name a concept"));
    m_exclude->setToolTip(tr("Pictures whose captions name a concept teach it again: left in, the lower level works against the upper one"));
    m_flips->setText(tr("&Mirror pictures at random"));
    m_flips->setToolTip(tr("Switch it off where left and right matter, as in writing"));
    m_cropLabel->setText(tr("C&rop"));
    m_crop->setItemText(0, tr("center"));
    m_crop->setItemText(1, tr("random"));
    m_crop->setToolTip(tr("Which part of a picture is seen that is not square"));
    m_dropoutLabel->setText(tr("Without ca&ption"));
    //: a share in percent, as the suffix of a number
    m_dropout->setSuffix(tr(" %"));
    m_dropout->setToolTip(tr("Share of captions replaced by the empty one, which guidance needs"));
}

void LowerSettings::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

} // namespace quell
