#include "app/pages/data/further_pictures.h"

#include "app/project/json_text.h"
#include "widgets/look.h"

#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>

namespace quell {
namespace {

enum Role { Both, Learn, Retain };

// What a role says in the draft; keys it does not name fall back to the lower level's own.
Json settingsOf(Role role)
{
    Json settings{{"diffusion", nullptr}, {"output", nullptr}, {"feature", nullptr}, {"exclude_concepts", nullptr}};
    if (role == Learn)
        settings.update({{"diffusion", 1}, {"output", 0}, {"feature", 0}, {"exclude_concepts", false}});
    else if (role == Retain)
        settings["diffusion"] = 0;
    return settings;
}

Role roleOf(const Json &set)
{
    if (numberOf(set, "output", 1) == 0 && numberOf(set, "feature", 1) == 0)
        return Learn;
    return numberOf(set, "diffusion", 1) == 0 ? Retain : Both;
}

} // namespace

FurtherPictures::FurtherPictures(QWidget *parent)
    : Card({}, {}, parent), m_rows(nullptr), m_list(nullptr), m_none(new QLabel(this)), m_folder(new QPushButton(this)), m_made(new QPushButton(this))
{
    corner()->addWidget(m_folder);
    corner()->addWidget(m_made);
    m_none->setWordWrap(true);
    m_none->setProperty("faint", true);
    body()->addWidget(m_none);
    body()->addStretch();
    connect(m_folder, &QPushButton::clicked, this, &FurtherPictures::askForFolder);
    connect(m_made, &QPushButton::clicked, this, &FurtherPictures::askForPrompts);
    retranslate();
}

void FurtherPictures::setProject(Project *project)
{
    if (m_project)
        m_project->disconnect(this);
    m_project = project;
    setEnabled(project);
    if (project) {
        connect(project, &Project::draftChanged, this, [this](const QString &pointer) {
            if (pointer.isEmpty() || pointer.startsWith(QLatin1String("/lower")))
                fill();
        });
    }
    fill();
}

Json FurtherPictures::sets() const
{
    const auto sets = m_project ? m_project->value(QStringLiteral("/lower/datasets")) : Json();
    return sets.is_array() ? sets : Json::array();
}

void FurtherPictures::put(Json sets, const QString &text)
{
    if (m_project)
        m_project->set(QStringLiteral("/lower/datasets"), sets.empty() ? Json() : std::move(sets), text);
}

void FurtherPictures::append(Json set)
{
    auto all = sets();
    all.push_back(std::move(set));
    put(std::move(all), tr("Add pictures"));
}

void FurtherPictures::addFolder(const QString &folder)
{
    if (m_project)
        append({{"data", toJson(m_project->relativePath(folder))}, {"diffusion", 1}, {"output", 0}, {"feature", 0}, {"exclude_concepts", false}});
}

void FurtherPictures::addMade(const QStringList &prompts, int pictures)
{
    if (!prompts.isEmpty() && pictures > 0)
        append({{"prompts", toJson(prompts)}, {"pictures", pictures}, {"diffusion", 0}});
}

void FurtherPictures::changeSet(int row, const Json &patch, const QString &text)
{
    auto all = sets();
    all.at(std::size_t(row)).merge_patch(patch);
    put(std::move(all), text);
}

void FurtherPictures::fill()
{
    // A widget may be in its own signal now.
    if (m_list) {
        m_list->hide();
        m_list->deleteLater();
    }
    m_list = new QWidget(this);
    m_rows = new QGridLayout(m_list);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setColumnStretch(0, 1);
    const auto all = sets();
    for (std::size_t row = 0; row < all.size(); ++row)
        addRow(int(row), all[row]);
    m_none->setVisible(all.empty());
    m_list->setVisible(!all.empty());
    body()->insertWidget(0, m_list);
}

void FurtherPictures::addRow(int row, const Json &set)
{
    const auto folder = textOf(set, "data");
    auto *name = new QLabel(folder.isEmpty() ? tr("%n made by the teacher", nullptr, int(integerOf(set, "pictures"))) : QDir(folder).dirName(), m_list);
    name->setToolTip(folder.isEmpty() ? textsOf(set.contains("prompts") ? set["prompts"] : Json()).join(QLatin1Char('\n')) : QDir::toNativeSeparators(m_project->absolutePath(folder)));
    auto *role = new QComboBox(m_list);
    role->setObjectName(QStringLiteral("role"));
    role->addItems({tr("learn and stay with the teacher"), tr("learn from them"), tr("stay with the teacher")});
    role->setCurrentIndex(roleOf(set));
    role->setToolTip(tr("Learning from an artist's pictures, the teacher must not pull back to what it knows; on what is to be retained it should"));
    auto *part = new QDoubleSpinBox(m_list);
    part->setObjectName(QStringLiteral("part"));
    part->setRange(0.05, 100);
    part->setSingleStep(0.5);
    part->setKeyboardTracking(false);
    part->setPrefix(tr("part "));
    part->setToolTip(tr("Of every batch, against a part of 1 of the pictures above"));
    part->setValue(numberOf(set, "weight", 1));
    auto *remove = new QPushButton(tr("Remove"), m_list);
    remove->setAccessibleName(tr("Remove %1").arg(name->text()));
    connect(role, &QComboBox::activated, this, [this, row](int chosen) { changeSet(row, settingsOf(Role(chosen)), tr("Change what is learnt from pictures")); });
    connect(part, &QDoubleSpinBox::valueChanged, this, [this, row](double weight) { changeSet(row, {{"weight", weight}}, tr("Change the part of pictures")); });
    connect(remove, &QPushButton::clicked, this, [this, row] {
        auto all = sets();
        all.erase(std::size_t(row));
        put(std::move(all), tr("Remove pictures"));
    });
    int column = 0;
    for (QWidget *widget : std::initializer_list<QWidget *>{name, role, part, remove})
        m_rows->addWidget(widget, row, column++);
}

void FurtherPictures::askForFolder()
{
    const auto folder = QFileDialog::getExistingDirectory(this, tr("Further pictures"));
    if (!folder.isEmpty())
        addFolder(folder);
}

void FurtherPictures::askForPrompts()
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Pictures made by the teacher"));
    auto *layout = new QVBoxLayout(dialog);
    auto *label = new QLabel(tr("&Prompts, one a line"), dialog);
    auto *prompts = new QPlainTextEdit(dialog);
    prompts->setTabChangesFocus(true);
    label->setBuddy(prompts);
    auto *count = new QSpinBox(dialog);
    count->setRange(1, 100000);
    count->setValue(64);
    count->setPrefix(tr("pictures: "));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, dialog);
    for (QWidget *widget : std::initializer_list<QWidget *>{label, prompts, count, buttons})
        layout->addWidget(widget);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this, dialog, prompts, count] {
        QStringList lines;
        for (const auto &line : prompts->toPlainText().split(QLatin1Char('\n'))) {
            if (const auto prompt = line.simplified(); !prompt.isEmpty())
                lines << prompt;
        }
        addMade(lines, count->value());
        dialog->accept();
    });
    dialog->open();
}

void FurtherPictures::retranslate()
{
    setTitle(tr("Further pictures"));
    m_none->setText(tr("None. An artist's own pictures come in here, to be learnt without the teacher's pull, or pictures that the teacher makes, to be retained."));
    m_folder->setText(tr("Add a folder…"));
    m_made->setText(tr("Let the teacher make some…"));
    fill();
}

void FurtherPictures::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

} // namespace quell
