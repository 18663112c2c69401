#include "widgets/sample_grid.h"

#include <QAccessible>
#include <QImage>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QtTest>

using namespace quell;
using namespace Qt::StringLiterals;

class SampleGridTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        for (int i = 0; i < 40; ++i) {
            QImage image(64, 64, QImage::Format_RGB32);
            image.fill(QColor::fromHsv(i * 9, 200, 200));
            QVERIFY(image.save(file(i)));
        }
    }
    void init()
    {
        m_grid = std::make_unique<SampleGrid>();
        m_grid->resize(500, 320);
        m_grid->setContent({{u"a cat, neon style"_s, u"target"_s}, {u"an owl"_s, u"unrelated"_s}}, columns(4));
        m_grid->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_grid.get()));
    }
    void cleanup() { m_grid.reset(); }

    void stepsAreThoseThatScroll()
    {
        QCOMPARE(m_grid->steps(), QVector<qint64>({0, 10, 20, 30}));
        QCOMPARE(m_grid->currentStep(), -1);
        m_grid->setCurrentStep(14);
        QCOMPARE(m_grid->currentStep(), 10); // the nearest
    }

    void keysMoveAndTell()
    {
        m_grid->setCurrentStep(10);
        QSignalSpy steps(m_grid.get(), &SampleGrid::stepChanged), activated(m_grid.get(), &SampleGrid::activated);
        QTest::keyClick(m_grid.get(), Qt::Key_Right);
        QCOMPARE(m_grid->currentStep(), 20);
        QTest::keyClick(m_grid.get(), Qt::Key_Down);
        QCOMPARE(m_grid->currentPrompt(), 1);
        QTest::keyClick(m_grid.get(), Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated[0][0].toInt(), 1);
        QCOMPARE(activated[0][1].toLongLong(), 20);
        QTest::keyClick(m_grid.get(), Qt::Key_End);
        QTest::keyClick(m_grid.get(), Qt::Key_Right);
        QCOMPARE(m_grid->currentStep(), 30);
        QCOMPARE(steps.size(), 2); // settings one made oneself are not told, nor is what did not move
    }

    void missingIsSaidAndNotActivated()
    {
        m_grid->setCurrentStep(30); // its second picture is missing
        QTest::keyClick(m_grid.get(), Qt::Key_Down);
        QSignalSpy activated(m_grid.get(), &SampleGrid::activated);
        QTest::keyClick(m_grid.get(), Qt::Key_Return);
        QCOMPARE(activated.size(), 0);
        auto *interface = QAccessible::queryAccessibleInterface(m_grid.get());
        QVERIFY(interface->text(QAccessible::Value).contains(u"not drawn"_s));
        QVERIFY(interface->text(QAccessible::Value).contains(u"an owl"_s));
    }

    void blurredUntilAsked()
    {
        m_grid->setBlurred(true);
        m_grid->setCurrentStep(0);
        QSignalSpy activated(m_grid.get(), &SampleGrid::activated);
        QVERIFY(m_grid->describeCurrent().contains(u"blurred"_s));
        QTest::keyClick(m_grid.get(), Qt::Key_Return);
        QVERIFY(!m_grid->describeCurrent().contains(u"blurred"_s));
        QCOMPARE(activated.size(), 0);
        QTest::keyClick(m_grid.get(), Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
    }

    void newColumnsKeepTheStep()
    {
        m_grid->setCurrentStep(20);
        m_grid->setContent({{u"a cat, neon style"_s, u"target"_s}, {u"an owl"_s, u"unrelated"_s}}, columns(30));
        QCOMPARE(m_grid->currentStep(), 20);
        QVERIFY(m_grid->horizontalScrollBar()->maximum() > 0);
        m_grid->setCurrentStep(290);
        QCOMPARE(m_grid->horizontalScrollBar()->value(), m_grid->horizontalScrollBar()->maximum());
    }

    void picturesArrive()
    {
        const auto before = m_grid->grab().toImage();
        QTRY_VERIFY(m_grid->grab().toImage() != before);
    }

    void sliderSnapsToSteps()
    {
        StepSlider slider;
        slider.setSteps({0, 50, 400});
        QCOMPARE(slider.step(), 400); // the newest
        QSignalSpy chosen(&slider, &StepSlider::stepChosen);
        slider.setStep(60);
        QCOMPARE(slider.step(), 50);
        QCOMPARE(chosen.size(), 0);
        auto *inner = slider.findChild<QSlider *>();
        QTest::keyClick(inner, Qt::Key_Left);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toLongLong(), 0);
        slider.setSteps({0, 50, 100, 400});
        QCOMPARE(slider.step(), 0);
        slider.setSteps({});
        QCOMPARE(slider.step(), -1);
    }

private:
    QString file(int i) const { return m_folder.filePath(u"%1.png"_s.arg(i)); }
    QVector<SampleGrid::Column> columns(int count) const
    {
        QVector<SampleGrid::Column> all{{u"teacher"_s, 0, {file(0), file(1)}, true}};
        for (int i = 0; i < count; ++i)
            all << SampleGrid::Column{QString::number(i * 10), i * 10, {file(i), i == 3 ? QString() : file(i + 1)}, false};
        return all;
    }
    QTemporaryDir m_folder;
    std::unique_ptr<SampleGrid> m_grid;
};

QTEST_MAIN(SampleGridTest)
#include "tst_sample_grid.moc"
