// The dialog that prunes, over the real engine and the starter's teacher: the rows of each method, and an expert of APTP's from its file to a student.
#include "app/pages/model/prune_dialog.h"
#include "widgets/look.h"

#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace quell;
using namespace Qt::StringLiterals;

class PruneDialogTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::unique_ptr<PruneDialog> m_dialog;

    static QString data(const QString &name) { return QStringLiteral(QUELL_SOURCE_DIR "/tests/app/data/") + name; }

    template <class Widget> Widget *named(const QString &name) const
    {
        for (auto *widget : m_dialog->findChildren<Widget *>()) {
            const auto *accessible = QAccessible::queryAccessibleInterface(widget);
            if (accessible && accessible->text(QAccessible::Name) == name)
                return widget;
        }
        return nullptr;
    }
    QComboBox *method() const { return m_dialog->findChild<QComboBox *>(); }
    QLineEdit *file() const { return named<QLineEdit>(u"File of the expert"_s); }
    QSpinBox *expert() const { return named<QSpinBox>(u"Expert"_s); }
    QLineEdit *name() const { return named<QLineEdit>(u"Name of the result"_s); }
    QPushButton *write() const { return named<QPushButton>(u"Prune"_s); }
    QTreeWidget *blocks() const { return m_dialog->findChild<QTreeWidget *>(); }
    void chooseMethod(const QString &data) const { method()->setCurrentIndex(method()->findData(data)); }

    bool tells(const QString &text) const
    {
        for (const auto *label : m_dialog->findChildren<QLabel *>())
            if (label->isVisible() && label->text().contains(text))
                return true;
        return false;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        look::apply(*qApp, look::Theme::Light);
    }

    void init()
    {
        m_dialog = std::make_unique<PruneDialog>(QStringLiteral(QUELL_SOURCE_DIR "/resources/starter/model"), m_folder.path());
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        m_dialog->open();
        QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    }
    void cleanup() { m_dialog.reset(); }

    void eachMethodHasItsRows()
    {
        const auto check = [this](const QString &one, bool share, bool vector) {
            chooseMethod(one);
            QCOMPARE(m_dialog->findChild<QSlider *>()->isVisible(), share);
            QCOMPARE(tells(u"of the multiply-accumulates"_s), share);
            QCOMPARE(file()->isVisible(), vector);
            QCOMPARE(named<QPushButton>(u"Choose…"_s)->isVisible(), vector);
            QCOMPARE(expert()->isVisible(), vector);
            QVERIFY(name()->isVisible());
        };
        check(u"magnitude"_s, true, false);
        check(u"base"_s, false, false);
        check(u"expert"_s, false, true);
        check(u"magnitude"_s, true, false);
    }

    void tabGoesFromTopToBottom()
    {
        chooseMethod(u"expert"_s);
        file()->setText(data(u"arch_vector.pt"_s));
        method()->setFocus();
        const QList<QWidget *> expected{file(), named<QPushButton>(u"Choose…"_s), expert(), name(), blocks()};
        for (const auto *next : expected) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            QCOMPARE(QApplication::focusWidget(), next);
        }
        QVERIFY(write()->isDefault()); // not Choose…, which comes first
    }

    void anExpertWaitsForItsFile()
    {
        QTRY_VERIFY_WITH_TIMEOUT(blocks()->topLevelItemCount() > 0, 60000);
        chooseMethod(u"expert"_s);
        QVERIFY(tells(u"Choose the file of the expert."_s));
        QCOMPARE(blocks()->topLevelItemCount(), 0); // not the plan of another method
        QVERIFY(!write()->isEnabled());
        QTest::qWait(600);
        QVERIFY(m_dialog->findChildren<EngineTool *>().isEmpty());
        named<QPushButton>(u"Choose…"_s)->click();
        auto *chooser = m_dialog->findChild<QFileDialog *>();
        QVERIFY(chooser);
        Q_EMIT chooser->fileSelected(data(u"arch_vector.pt"_s));
        chooser->close();
        QTRY_VERIFY_WITH_TIMEOUT(tells(u"Multiply-accumulates 1.3 G → 628 M (48 %)."_s), 60000);
        QVERIFY(blocks()->topLevelItemCount() > 0);
        chooseMethod(u"base"_s);
        QVERIFY(tells(u"Planning…"_s));
    }

    void aQuantizerAsksForTheExpert()
    {
        chooseMethod(u"expert"_s);
        QCOMPARE(name()->text(), u"model-expert"_s);
        QCOMPARE(expert()->text(), u"none"_s);
        file()->setText(data(u"quantizer.pt"_s));
        QTRY_VERIFY_WITH_TIMEOUT(tells(u"This cannot be done. %1: holds 2 experts"_s.arg(data(u"quantizer.pt"_s))), 60000);
        expert()->setValue(1);
        QCOMPARE(name()->text(), u"model-expert-1"_s);
        QTRY_VERIFY_WITH_TIMEOUT(tells(u"Multiply-accumulates 1.3 G → 848 M (65 %)."_s), 60000);
        QVERIFY(!tells(u"holds 2 experts"_s));
        file()->setText(data(u"none.pt"_s));
        QTRY_VERIFY_WITH_TIMEOUT(tells(u"This cannot be done. %1"_s.arg(data(u"none.pt"_s))), 60000);
        file()->clear();
        QVERIFY(!tells(u"This cannot be done"_s));
    }

    void anExpertIsWritten()
    {
        chooseMethod(u"expert"_s);
        file()->setText(data(u"quantizer.pt"_s));
        expert()->setValue(0);
        QSignalSpy pruned(m_dialog.get(), &PruneDialog::pruned);
        write()->click();
        QVERIFY(!file()->isEnabled() && !expert()->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(pruned.size(), 1, 120000);
        const auto path = pruned[0][0].toString();
        QCOMPARE(path, m_folder.filePath(u"model-expert-0"_s));
        const auto record = read_json(path.toStdString() + "/unet/structure.json");
        QVERIFY(record);
        QCOMPARE((*record)["origin"].get<std::string>(), std::string("APTP expert"));
    }

    void everyControlHasAName()
    {
        for (int at = 0; at < method()->count(); ++at) {
            method()->setCurrentIndex(at);
            for (auto *widget : m_dialog->findChildren<QWidget *>())
                if ((widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy() && widget->isVisible())
                    QVERIFY2(!QAccessible::queryAccessibleInterface(widget)->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
    }
};

QTEST_MAIN(PruneDialogTest)
#include "tst_prune_dialog.moc"
