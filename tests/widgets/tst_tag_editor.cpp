#include "widgets/tag_editor.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace quell;

class TagEditorTest : public QObject {
    Q_OBJECT

    static QList<QAbstractButton *> chips(TagEditor &editor)
    {
        auto all = editor.findChildren<QAbstractButton *>(QString(), Qt::FindDirectChildrenOnly);
        all.removeIf([](QAbstractButton *chip) { return chip->isHidden(); });
        return all;
    }
    static void open(TagEditor &editor)
    {
        editor.resize(400, 120);
        editor.show();
        QVERIFY(QTest::qWaitForWindowActive(&editor));
        editor.line()->setFocus();
    }

private Q_SLOTS:
    void enterAndCommaAdd()
    {
        TagEditor editor;
        open(editor);
        QSignalSpy edited(&editor, &TagEditor::edited);
        QTest::keyClicks(editor.line(), u"neon sign"_qs);
        QTest::keyClick(editor.line(), Qt::Key_Return);
        QCOMPARE(editor.tags(), QStringList{u"neon sign"_qs});
        QTest::keyClicks(editor.line(), u"neon  light,"_qs);
        QCOMPARE(editor.tags(), (QStringList{u"neon sign"_qs, u"neon light"_qs}));
        QCOMPARE(edited.size(), 2);
        QVERIFY(editor.line()->text().isEmpty());
        QCOMPARE(chips(editor).size(), 2);
    }

    void blanksAndRepeatsAreNotAdded()
    {
        TagEditor editor;
        open(editor);
        editor.setTags({u"ink"_qs});
        QSignalSpy edited(&editor, &TagEditor::edited);
        QTest::keyClicks(editor.line(), u"Ink, ,"_qs);
        QTest::keyClick(editor.line(), Qt::Key_Return);
        QCOMPARE(editor.tags(), QStringList{u"ink"_qs});
        QCOMPARE(edited.size(), 0);
    }

    void aPastedListBecomesChips()
    {
        TagEditor editor;
        open(editor);
        QApplication::clipboard()->setText(u"noto, shaded; ink, flat,"_qs);
        QTest::keySequence(editor.line(), QKeySequence::Paste);
        QCOMPARE(editor.tags(), (QStringList{u"noto"_qs, u"shaded"_qs, u"ink"_qs, u"flat"_qs}));
    }

    void leavingTheLineAdds()
    {
        TagEditor editor;
        open(editor);
        QTest::keyClicks(editor.line(), u"flat"_qs);
        editor.line()->clearFocus();
        QCOMPARE(editor.tags(), QStringList{u"flat"_qs});
    }

    void backspaceAtTheStartRemovesTheLast()
    {
        TagEditor editor;
        open(editor);
        editor.setTags({u"a"_qs, u"b"_qs});
        QTest::keyClicks(editor.line(), u"x"_qs);
        QTest::keyClick(editor.line(), Qt::Key_Backspace);
        QCOMPARE(editor.tags().size(), 2);
        QTest::keyClick(editor.line(), Qt::Key_Backspace);
        QCOMPARE(editor.tags(), QStringList{u"a"_qs});
        QVERIFY(editor.line()->hasFocus());
    }

    void arrowsWalkAndDeleteRemovesWhereTheyAre()
    {
        TagEditor editor;
        open(editor);
        editor.setTags({u"a"_qs, u"b"_qs, u"c"_qs});
        QSignalSpy edited(&editor, &TagEditor::edited);
        QTest::keyClick(editor.line(), Qt::Key_Left);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Left);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Delete);
        QCOMPARE(editor.tags(), (QStringList{u"a"_qs, u"c"_qs}));
        QCOMPARE(edited.last().first().toStringList(), editor.tags());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Delete); // on "c", which has moved up
        QCOMPARE(editor.tags(), QStringList{u"a"_qs});
        QVERIFY(editor.line()->hasFocus());
    }

    void theCrossRemovesAndTheTextDoesNot()
    {
        TagEditor editor;
        open(editor);
        editor.setTags({u"watercolour"_qs, u"ink"_qs});
        QCoreApplication::sendPostedEvents();
        auto *chip = chips(editor).first();
        QTest::mouseClick(chip, Qt::LeftButton, {}, {12, chip->height() / 2});
        QCOMPARE(editor.tags().size(), 2);
        QTest::mouseClick(chip, Qt::LeftButton, {}, {chip->width() - 8, chip->height() / 2});
        QCOMPARE(editor.tags(), QStringList{u"ink"_qs});
    }

    void fromOutsideNothingIsToldAndTheLineStays()
    {
        TagEditor editor;
        open(editor);
        QSignalSpy edited(&editor, &TagEditor::edited);
        QTest::keyClicks(editor.line(), u"half a wo"_qs);
        editor.setTags({u"a"_qs, u"b"_qs});
        editor.setTags({u"b"_qs});
        QCOMPARE(edited.size(), 0);
        QCOMPARE(editor.line()->text(), u"half a wo"_qs);
        QCOMPARE(chips(editor).size(), 1);
        QCOMPARE(chips(editor).first()->text(), u"b"_qs);
    }

    void destroyedWhileWriting()
    {
        QStringList told;
        {
            TagEditor editor;
            connect(&editor, &TagEditor::edited, this, [&](const QStringList &tags) { told = tags; });
            open(editor);
            QTest::keyClicks(editor.line(), u"half"_qs);
        }
        QVERIFY(told.isEmpty());
    }

    void manyChipsWrap()
    {
        TagEditor editor;
        open(editor);
        const int one = editor.heightForWidth(400);
        QStringList tags;
        for (int i = 0; i < 30; ++i)
            tags << u"neighbour %1"_qs.arg(i);
        editor.setTags(tags);
        QVERIFY(editor.heightForWidth(400) > 4 * one);
        QVERIFY(editor.heightForWidth(1200) < editor.heightForWidth(400));
    }
};

QTEST_MAIN(TagEditorTest)
#include "tst_tag_editor.moc"
