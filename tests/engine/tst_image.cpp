#include "data/image.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace quell;

namespace {

using Colour = std::array<int, 3>;
constexpr Colour red{230, 20, 20}, green{20, 200, 20}, blue{20, 20, 230}, yellow{230, 230, 20};

fs::path fixture(const QString &name)
{
    return fs::path(QUELL_SOURCE_DIR) / "tests/engine/images" / name.toStdString();
}

Colour colour_at(const torch::Tensor &image, std::int64_t y, std::int64_t x)
{
    const auto pixel = image[y][x];
    return {pixel[0].item<int>(), pixel[1].item<int>(), pixel[2].item<int>()};
}

bool near(const Colour &a, const Colour &b, int tolerance)
{
    return std::abs(a[0] - b[0]) <= tolerance && std::abs(a[1] - b[1]) <= tolerance && std::abs(a[2] - b[2]) <= tolerance;
}

std::string bytes_of(const QString &name)
{
    return *read_image_bytes(fixture(name));
}

} // namespace

class TestImage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quarters_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("orientation");
        QTest::addColumn<int>("tolerance");
        for (int i = 1; i <= 8; ++i)
            QTest::addRow("jpeg %d", i) << QString("quarters-%1.jpg").arg(i) << i << 12;
        for (const int i : {1, 6}) {
            QTest::addRow("png %d", i) << QString("quarters-%1.png").arg(i) << i << 0;
            QTest::addRow("webp %d", i) << QString("quarters-%1.webp").arg(i) << i << 0;
            QTest::addRow("tiff %d", i) << QString("quarters-%1.tif").arg(i) << i << 0;
        }
        QTest::addRow("bmp") << "quarters.bmp" << 1 << 0;
        QTest::addRow("lossy webp") << "lossy.webp" << 1 << 40;
        QTest::addRow("progressive jpeg") << "progressive.jpg" << 1 << 40;
        QTest::addRow("cmyk jpeg") << "cmyk.jpg" << 1 << 40;
    }
    // Exif 2.3, tag 0x0112: the sides on which the stored row 0 and column 0 are to be seen.
    void quarters()
    {
        QFETCH(QString, file);
        QFETCH(int, orientation);
        QFETCH(int, tolerance);
        const std::array<std::pair<char, char>, 8> sides{
            {{'t', 'l'}, {'t', 'r'}, {'b', 'r'}, {'b', 'l'}, {'l', 't'}, {'r', 't'}, {'r', 'b'}, {'l', 'b'}}};
        const auto [row0, column0] = sides[orientation - 1];
        const auto other = [](char side) { return side == 't' ? 'b' : side == 'b' ? 't' : side == 'l' ? 'r' : 'l'; };

        const auto image = read_image(fixture(file));
        QVERIFY2(image, image ? "" : to_string(image.error()).c_str());
        const bool upright = orientation <= 4;
        QCOMPARE(image->size(0), upright ? 16 : 32);
        QCOMPARE(image->size(1), upright ? 32 : 16);
        const auto seen = [&](char a, char b) {
            const bool bottom = a == 'b' || b == 'b', right = a == 'r' || b == 'r';
            return colour_at(*image, bottom ? image->size(0) - 3 : 2, right ? image->size(1) - 3 : 2);
        };
        QVERIFY(near(seen(row0, column0), red, tolerance));
        QVERIFY(near(seen(row0, other(column0)), green, tolerance));
        QVERIFY(near(seen(other(row0), column0), blue, tolerance));
        QVERIFY(near(seen(other(row0), other(column0)), yellow, tolerance));
    }

    void samples_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QList<int>>("expected");
        // 200 × 128/255 + 255 × 127/255 = 227.4, and so on
        QTest::addRow("alpha on white") << "rgba.png" << QList<int>{227, 177, 127, 255, 255, 255, 1, 2, 3};
        QTest::addRow("a BMP's alpha") << "rgba.bmp" << QList<int>{200, 100, 0, 9, 8, 7, 1, 2, 3};
        QTest::addRow("grey with alpha") << "grey-alpha.png" << QList<int>{177, 177, 177, 255, 255, 255, 7, 7, 7};
        QTest::addRow("grey") << "grey.png" << QList<int>{0, 0, 0, 77, 77, 77, 255, 255, 255};
        QTest::addRow("palette") << "palette.png" << QList<int>{10, 20, 30, 255, 255, 255};
        // 25700 = 100 × 257, 25828 = 100.498 × 257
        QTest::addRow("16 bits") << "grey16.png" << QList<int>{0, 0, 0, 100, 100, 100, 100, 100, 100, 255, 255, 255};
        QTest::addRow("16 bits, alpha") << "rgba16.png" << QList<int>{227, 177, 127, 255, 1, 0};
    }
    void samples()
    {
        QFETCH(QString, file);
        QFETCH(QList<int>, expected);
        const auto image = read_image(fixture(file));
        QVERIFY2(image, image ? "" : to_string(image.error()).c_str());
        const auto flat = image->flatten().to(torch::kInt32).contiguous();
        const auto *values = flat.data_ptr<int>();
        QCOMPARE(QList<int>(values, values + flat.numel()), expected);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("word");
        QTest::addRow("gif") << "picture.gif" << "GIF";
        QTest::addRow("animation") << "animation.webp" << "animation";
        QTest::addRow("float") << "float.tif" << "8- or 16-bit";
        QTest::addRow("text") << "make.py" << "not a picture";
    }
    void refused()
    {
        QFETCH(QString, file);
        QFETCH(QString, word);
        const auto image = read_image(fixture(file));
        QVERIFY(!image);
        QCOMPARE(image.error().code, ErrorCode::Unsupported);
        QVERIFY2(image.error().message.find(word.toStdString()) != std::string::npos, image.error().message.c_str());
        QVERIFY(image.error().place.ends_with(file.toStdString()));
    }

    // Every picture cut anywhere is an error, or (where only trailing bytes are gone) the whole picture.
    void cutShort_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *file : {"quarters-6.jpg", "progressive.jpg", "quarters-6.png", "quarters-6.webp", "lossy.webp", "quarters-6.tif", "quarters.bmp"})
            QTest::addRow("%s", file) << file;
    }
    void cutShort()
    {
        QFETCH(QString, file);
        const auto bytes = bytes_of(file);
        const auto whole = *decode_image(bytes, "whole");
        for (std::size_t size = 0; size < bytes.size(); size += size < 64 ? 1 : 7) {
            const auto image = decode_image(std::string_view(bytes).substr(0, size), "cut.png");
            if (!image)
                QCOMPARE(image.error().place, std::string("cut.png"));
            else
                QVERIFY2(torch::equal(*image, whole), std::to_string(size).c_str());
        }
    }

    void tooLarge()
    {
        auto bytes = bytes_of("quarters-1.png");
        bytes.replace(16, 8, std::string("\x00\x00\x4E\x20\x00\x00\x4E\x20", 8)); // 20,000 × 20,000
        const auto image = decode_image(bytes, "huge.png");
        QVERIFY(!image);
        QCOMPARE(image.error().code, ErrorCode::Unsupported);
        QVERIFY(image.error().message.find("20000 × 20000") != std::string::npos);
    }

    // Against Pillow's bilinear resize, which antialiases.
    void resizes()
    {
        const auto noise = *read_image(fixture("noise.png")), expected = *read_image(fixture("noise-16x24-bilinear.png"));
        const auto image = resize_and_crop(noise, 16);
        QCOMPARE(image.sizes(), (torch::IntArrayRef{16, 16, 3}));
        QVERIFY(image.is_contiguous());
        const auto difference = (image.to(torch::kInt32) - expected.narrow(0, 4, 16).to(torch::kInt32)).abs().max().item<int>();
        QVERIFY2(difference <= 1, std::to_string(difference).c_str());
        QVERIFY(torch::equal(resize_and_crop(expected, 16), expected.narrow(0, 4, 16)));
    }

    void cropsAtRandom()
    {
        const auto noise = *read_image(fixture("noise.png")); // 45 × 30
        std::set<std::int64_t> tops;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            const auto crop = resize_and_crop(noise, 30, Crop::Random, seed);
            QVERIFY(torch::equal(crop, resize_and_crop(noise, 30, Crop::Random, seed)));
            for (std::int64_t top = 0; top <= 15; ++top)
                if (torch::equal(crop, noise.narrow(0, top, 30)))
                    tops.insert(top);
        }
        QCOMPARE(tops.size(), std::size_t{16}); // every offset occurs
    }

    void mirrorsAndConverts()
    {
        const auto image = *read_image(fixture("quarters-1.png"));
        QCOMPARE(colour_at(mirrored(image), 2, 2), green);
        const auto pixels = to_pixels(image.unsqueeze(0));
        QCOMPARE(pixels.sizes(), (torch::IntArrayRef{1, 3, 16, 32}));
        QCOMPARE(pixels[0][0][2][2].item<float>(), 230 / 127.5f - 1);
        QVERIFY(torch::equal(to_images(pixels)[0], image));
        QCOMPARE(to_images(torch::full({1, 3, 1, 1}, 7.0))[0][0][0][0].item<int>(), 255);
        QCOMPARE(to_images(torch::full({1, 3, 1, 1}, -7.0))[0][0][0][0].item<int>(), 0);
    }

    void writesPng()
    {
        QTemporaryDir folder;
        const auto path = fs::path(folder.path().toStdString()) / "a.png";
        const auto image = torch::randint(256, {9, 5, 3}, torch::kUInt8);
        QVERIFY(write_png(path, image));
        QVERIFY(torch::equal(*read_image(path), image));
        QVERIFY(write_png(path, mirrored(image)));
        QVERIFY(torch::equal(*read_image(path), mirrored(image)));
        QVERIFY(!write_png(path / "below.png", image));
    }
};

QTEST_APPLESS_MAIN(TestImage)
#include "tst_image.moc"
