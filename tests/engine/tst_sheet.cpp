#include "evaluation/sheet.h"

#include "data/image.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace quell;

namespace {

torch::Tensor plain(int red, int green, int blue, std::int64_t height = 16, std::int64_t width = 16)
{
    return torch::tensor({red, green, blue}, torch::kUInt8).expand({height, width, 3}).contiguous();
}

Sheet two_by_three()
{
    Sheet sheet;
    sheet.title = "neon, before and after";
    sheet.footer = "seed 0, 20 steps";
    sheet.columns = {{"reference", {"style 0.94 [0.89-0.97]"}}, {"student", {"style 0.02 [0.00-0.05]"}}};
    sheet.rows = {{"target", "a red apple, neon style", {plain(200, 0, 0), plain(0, 200, 0)}},
                  {"target", "an owl in neon style", {plain(0, 0, 200), {}}},
                  {"unrelated", "an owl", {plain(1, 2, 3, 8, 32), plain(200, 200, 0, 300, 300)}}};
    return sheet;
}

// Pixels of one colour, exactly.
std::int64_t count(const torch::Tensor &page, int red, int green, int blue)
{
    return (page == torch::tensor({red, green, blue}, torch::kUInt8)).all(2).sum().item<std::int64_t>();
}

} // namespace

class TestSheet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void layout()
    {
        const auto page = draw_sheet(two_by_three(), 100);
        // Margins, title, header of two lines, two group headings, three rows, footer.
        QCOMPARE(page.size(0), 2 * 24 + 44 + 50 + 2 * 38 + 3 * 110 + 30);
        QCOMPARE(page.size(1), 2 * 24 + 220 + 2 * 110);
        // A picture fills its cell but for the line around it; a wide one is fitted, an undefined one is an empty cell.
        QCOMPARE(count(page, 200, 0, 0), 98 * 98);
        QCOMPARE(count(page, 0, 200, 0), 98 * 98);
        QCOMPARE(count(page, 200, 200, 0), 98 * 98);
        QCOMPARE(count(page, 1, 2, 3), 98 * 23);
        QCOMPARE(count(page, 243, 243, 246), 100 * 100);
        QVERIFY(torch::equal(page, draw_sheet(two_by_three(), 100)));
    }

    void longAndForeignTexts()
    {
        auto sheet = two_by_three();
        sheet.title = std::string(400, 'x');
        sheet.columns[0].title = "ein Größerer, 参照";
        sheet.rows[0].prompt = "a very long prompt " + std::string(60, 'y') + " that goes on and on and on, and then some more, until it is cut off";
        sheet.rows[1].prompt = "";
        const auto page = draw_sheet(sheet, 100);
        // Nothing is written into the margins.
        QVERIFY((page.narrow(1, 0, 20) == 255).all().item<bool>());
        QVERIFY((page.narrow(1, page.size(1) - 20, 20) == 255).all().item<bool>());
    }

    void writes()
    {
        QTemporaryDir folder;
        const auto path = fs::path(folder.path().toStdString()) / "sheet.png";
        QVERIFY(write_sheet(path, two_by_three()));
        QVERIFY(torch::equal(*read_image(path), draw_sheet(two_by_three())));
        QVERIFY(draw_sheet({}).numel() > 0); // an empty sheet is a page too
    }
};

QTEST_APPLESS_MAIN(TestSheet)
#include "tst_sheet.moc"
