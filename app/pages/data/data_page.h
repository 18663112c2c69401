// The pictures that the run learns from: which folder, what the engine makes of it, and the wall to look at them and mend their captions.
#pragma once

#include "app/engine/engine_tool.h"
#include "app/pages/data/caption_store.h"
#include "app/pages/data/dataset_model.h"
#include "app/pages/data/duplicates.h"
#include "app/window/page.h"

#include <QPointer>
#include <QTemporaryFile>
#include <QTimer>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace quell {

class Card;
class EmptyState;
class FilterChips;
class FurtherPictures;
class LowerSettings;
class PictureDetails;
class Project;
class ThumbnailGrid;

class DataPage : public Page {
    Q_OBJECT
public:
    explicit DataPage(Studio &studio, QWidget *parent = nullptr);
    QString title() const override { return tr("Data"); }

protected:
    void changeEvent(QEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void build();
    QWidget *makeHead();
    QWidget *makeProgress();
    QWidget *makeContent();
    void addActions();
    void retranslate();

    void takeProject();
    void followDraft(const QString &pointer);
    void chooseFolder();
    void setFolder(const QString &folder);
    void openFolder();
    void list(bool verify); // asks the engine anew
    void takeListing(const Json &listing, bool verified);
    void showDataset(Dataset dataset, bool verified);
    void findDuplicates();
    void readSide();
    void stopWork();
    void told(const QString &line);

    void showBusy(const QString &text);
    void showState();
    void showFigures();
    void showChips();
    void showSelected();
    void editCaption(const QString &path, const QString &before, const QString &after);

    DatasetModel m_model;
    DatasetFilterModel m_filter;
    DuplicateSearch m_duplicates;
    CaptionStore m_captions;
    QPointer<Project> m_project;
    QPointer<EngineTool> m_tool;
    QTemporaryFile m_concepts;
    QTimer m_relist;
    QString m_folder, m_problem, m_verdict; // listed; why there is no listing; what the last check found
    QHash<QString, QString> m_damaged; // by the last check of every picture
    bool m_listed = false;

    QLabel *m_heading, *m_need, *m_figures, *m_warnings, *m_busyText;
    QPushButton *m_check, *m_open, *m_choose, *m_stop;
    QProgressBar *m_progress;
    QWidget *m_busy;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    Card *m_card, *m_wall;
    LowerSettings *m_settings;
    FurtherPictures *m_further;
    FilterChips *m_chips;
    QLineEdit *m_find;
    ThumbnailGrid *m_grid;
    PictureDetails *m_details;
    QLabel *m_nothing;
};

} // namespace quell
