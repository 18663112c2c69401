#include "core/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <unistd.h>

using namespace quell;

namespace {

std::size_t entries(const fs::path &folder)
{
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

} // namespace

class FilesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writes_and_reads()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "a";
        const std::string text("one\0two\n", 8);
        QVERIFY(write_atomically(path, text));
        QCOMPARE(read_text(path).value(), text);
        QVERIFY(write_atomically(path, "new"));
        QCOMPARE(read_text(path).value(), std::string("new"));
        QCOMPARE(entries(path.parent_path()), 1);
    }

    void a_failed_write_leaves_the_old_file_alone()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "a";
        QVERIFY(write_atomically(path, "old"));
        const auto status = write_atomically(path, [&](int descriptor) -> Status {
            QUELL_TRY(write_all(descriptor, std::as_bytes(std::span("half", 4)), path));
            return fail(ErrorCode::Numerical, "stopped");
        });
        QCOMPARE(status.error().code, ErrorCode::Numerical);
        QCOMPARE(read_text(path).value(), std::string("old"));
        QCOMPARE(entries(path.parent_path()), 1);
    }

    void a_full_disk_is_named()
    {
        const int full = ::open("/dev/full", O_WRONLY);
        if (full < 0)
            QSKIP("no /dev/full here");
        const auto status = write_all(full, std::as_bytes(std::span("x", 1)), "weights");
        ::close(full);
        QCOMPARE(status.error().code, ErrorCode::Io);
        QVERIFY(status.error().message.find("disk is full") != std::string::npos);
        QCOMPARE(status.error().place, std::string("weights"));
    }

    void errors_name_the_file()
    {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const auto missing = read_text(path / "none");
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        QCOMPARE(missing.error().place, (path / "none").string());
        QCOMPARE(read_text(path).error().code, ErrorCode::Io);
        QCOMPARE(write_atomically(path / "none" / "file", "x").error().code, ErrorCode::NotFound);
        QVERIFY(write_atomically(path / "five", "12345"));
        QVERIFY(read_text(path / "five", 5));
        QCOMPARE(read_text(path / "five", 4).error().code, ErrorCode::Malformed);
    }

    void makes_folders()
    {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        QVERIFY(make_writable_folder(path / "a" / "b"));
        QVERIFY(make_writable_folder(path / "a" / "b"));
        QVERIFY(write_atomically(path / "file", ""));
        QCOMPARE(make_writable_folder(path / "file" / "c").error().code, ErrorCode::Io);
    }
};

QTEST_APPLESS_MAIN(FilesTest)
#include "tst_files.moc"
