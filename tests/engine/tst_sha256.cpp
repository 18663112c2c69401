#include "core/sha256.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;

class Sha256Test : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // FIPS 180-4's own examples.
    void matches_the_standard()
    {
        QCOMPARE(sha256_of(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(sha256_of("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                 std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    }

    void matches_qt_at_every_length_around_a_block()
    {
        for (int length = 0; length <= 130; ++length) {
            const QByteArray bytes(length, char('a' + length % 26));
            const auto expected = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString();
            QCOMPARE(sha256_of(bytes.toStdString()), expected);
            Sha256 in_pieces;
            for (char byte : bytes)
                in_pieces.update(std::string_view(&byte, 1));
            QCOMPARE(in_pieces.finish(), expected);
        }
    }

    void hashes_files()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "a";
        const QByteArray bytes(3 * 1024 * 1024 + 5, 'q');
        QVERIFY(write_atomically(path, bytes.toStdString()));
        QCOMPARE(sha256_of_file(path).value(), QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString());
        QCOMPARE(sha256_of_file(path / "none").error().code, ErrorCode::NotFound);
        QCOMPARE(sha256_of_file(path.parent_path()).error().code, ErrorCode::Io);
    }
};

QTEST_APPLESS_MAIN(Sha256Test)
#include "tst_sha256.moc"
