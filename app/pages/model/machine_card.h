// What the engine can work on here, and how much of its memory the models' weights need.
#pragma once

#include "app/pages/model/model_facts.h"
#include "widgets/card.h"

#include <array>

namespace quell {

class Meter;

class MachineCard : public Card {
    Q_OBJECT
public:
    explicit MachineCard(QWidget *parent = nullptr);
    void probe(); // asks the engine, once
    void setModels(const std::optional<ModelFacts> &student, const std::optional<ModelFacts> &teacher);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Line {
        QLabel *name, *text;
        Meter *meter;
    };
    void retranslate();
    void refresh();
    QString deviceLine() const;
    const Json *device() const; // the one that precision and device "auto" take

    Json m_machine;
    QString m_error;
    std::array<qint64, 3> m_needs{}; // load, sample, train
    std::array<Line, 3> m_lines{};
    QLabel *m_device, *m_note;
};

} // namespace quell
