#include "protocol/frame.h"
#include "protocol/messages.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace quell;

namespace {

// By hand, apart from encode().
std::string frame(std::string_view payload, char kind = 0)
{
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8)
        bytes += static_cast<char>(payload.size() >> shift & 0xff);
    return bytes + kind + std::string(payload);
}

std::string greeted(const std::string &frames)
{
    return "QUELL1\n" + frames;
}

std::string problem_of(std::string_view bytes)
{
    const auto frames = FrameReader().feed(bytes);
    return frames ? "none" : frames.error().message;
}

std::string request_problem(const char *text)
{
    const auto status = check_request(*parse_json(text, "test"));
    return status ? "none" : to_string(status.error());
}

} // namespace

class ProtocolTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_frame_has_the_bytes_that_the_paper_says()
    {
        QCOMPARE(*encode(Json{{"a", 1}}), std::string("\x07\0\0\0\0{\"a\":1}", 12));
        QCOMPARE(*encode(Frame{FrameKind::Binary, "xy"}), std::string("\x02\0\0\0\1xy", 7));
        QCOMPARE(*encode(Json{{"a", "\xff"}}), frame("{\"a\":\"\xef\xbf\xbd\"}"));
    }

    void what_is_too_large_is_not_sent()
    {
        QVERIFY(encode(Frame{FrameKind::Json, std::string(json_limit, ' ')}));
        QVERIFY(!encode(Frame{FrameKind::Json, std::string(json_limit + 1, ' ')}));
        QVERIFY(encode(Frame{FrameKind::Binary, std::string(json_limit + 1, ' ')}));
        QCOMPARE(encode(Frame{FrameKind::Binary, std::string(binary_limit + 1, ' ')}).error().code, ErrorCode::Unsupported);
    }

    void frames_arrive_however_they_are_cut_data()
    {
        QTest::addColumn<int>("piece");
        for (const int piece : {1, 2, 3, 7, 8, 13, 1000000})
            QTest::addRow("%d bytes at a time", piece) << piece;
    }
    void frames_arrive_however_they_are_cut()
    {
        QFETCH(int, piece);
        const std::vector<std::string> payloads{"{}", "", "[1]", std::string(70000, 'x'), "{\"last\":true}"};
        std::string bytes = "QUELL1\n";
        for (std::size_t i = 0; i < payloads.size(); ++i)
            bytes += frame(payloads[i], static_cast<char>(i % 2));
        FrameReader reader;
        std::vector<Frame> frames;
        for (std::size_t at = 0; at < bytes.size(); at += static_cast<std::size_t>(piece)) {
            const auto some = reader.feed(std::string_view(bytes).substr(at, static_cast<std::size_t>(piece)));
            QVERIFY(some);
            frames.insert(frames.end(), some->begin(), some->end());
        }
        QCOMPARE(reader.pending(), std::size_t{0});
        QCOMPARE(frames.size(), payloads.size());
        for (std::size_t i = 0; i < payloads.size(); ++i) {
            QCOMPARE(frames[i].payload, payloads[i]);
            QCOMPARE(frames[i].kind, i % 2 ? FrameKind::Binary : FrameKind::Json);
        }
    }

    void what_is_no_protocol_shows_itself()
    {
        QVERIFY(problem_of("Traceback (most recent call last)").find("\"Traceback (most recent call last)\"") != std::string::npos);
        QVERIFY(problem_of("QUELL2\n").find("another preamble") != std::string::npos);
        QVERIFY(problem_of("Q").find("none") == 0);
        QVERIFY(problem_of("q").find("another preamble") != std::string::npos);
        QVERIFY(problem_of(greeted(frame("", 2))).find("unknown kind 2") != std::string::npos);
        QVERIFY(problem_of(greeted(std::string("\1\0\x10\0\0", 5))).find("1048577 bytes") != std::string::npos);
        QVERIFY(problem_of(greeted(std::string("\0\0\0\1\1", 5))).find("none") == 0); // 16 MiB exactly
        QVERIFY(problem_of(greeted("warning: x\x01")).find("\"warning: x\\x01\"") != std::string::npos);
    }

    void an_error_stays()
    {
        FrameReader reader;
        const auto first = reader.feed("nonsense");
        const auto second = reader.feed("QUELL1\n");
        QVERIFY(!first && !second);
        QCOMPARE(second.error().message, first.error().message);
    }

    void requests_are_checked_data()
    {
        QTest::addColumn<QString>("request");
        QTest::addColumn<QString>("problem"); // part of it
        const auto row = [](const char *request, const char *problem) { QTest::newRow(request) << request << problem; };
        row(R"({"type": "ping", "id": 1})", "none");
        row(R"({"type": "start", "id": 1, "spec": {"a": 1}, "base": "/"})", "none");
        row(R"({"type": "stop", "id": 1, "mode": "now"})", "none");
        row(R"({"type": "sample", "id": 1})", "none");
        row(R"({"type": "sample", "id": 1, "prompts": ["a cat"]})", "none");
        row(R"({"type": "evaluate", "id": 1, "concept": "neon"})", "none");
        row(R"({"type": "subscribe", "id": 1, "seq": 7, "step": 3})", "none");
        row(R"({"type": "detach", "id": 0})", "none");
        row(R"([1])", "must be a JSON object");
        row(R"({"id": 1})", "\"type\" is missing");
        row(R"({"type": 3, "id": 1})", "\"type\" must be a text");
        row(R"({"type": "fly", "id": 1})", "\"fly\"");
        row(R"({"type": "ping"})", "\"id\" is missing");
        row(R"({"type": "ping", "id": "1"})", "\"id\" must be a whole number");
        row(R"({"type": "ping", "id": -1})", "\"id\" is -1");
        row(R"({"type": "ping", "id": 1, "loud": true})", "unknown key \"loud\"");
        row(R"({"type": "start", "id": 1, "base": "/"})", "\"spec\"");
        row(R"({"type": "start", "id": 1, "spec": [], "base": "/"})", "\"spec\"");
        row(R"({"type": "start", "id": 1, "spec": {}})", "\"base\" is missing");
        row(R"({"type": "stop", "id": 1})", "\"mode\" is missing");
        row(R"({"type": "stop", "id": 1, "mode": "later"})", "\"mode\" is \"later\"");
        row(R"({"type": "sample", "id": 1, "prompts": "a cat"})", "\"prompts\" must be a list of texts");
        row(R"({"type": "evaluate", "id": 1, "concept": 4})", "\"concept\" must be a text");
        row(R"({"type": "subscribe", "id": 1, "seq": -1})", "\"seq\" is -1");
        row(R"({"type": "subscribe", "id": 1, "step": 1.5})", "\"step\" must be a whole number");
    }
    void requests_are_checked()
    {
        QFETCH(QString, request);
        QFETCH(QString, problem);
        const auto found = QString::fromStdString(request_problem(request.toUtf8().constData()));
        QVERIFY2(found.contains(problem), qPrintable(found));
    }

    void too_many_prompts_are_refused()
    {
        Json request{{"type", "sample"}, {"id", 1}, {"prompts", std::vector<std::string>(sample_prompts_limit, "a cat")}};
        QVERIFY(check_request(request));
        request["prompts"].push_back("one more");
        QVERIFY(!check_request(request));
    }

    void every_name_is_a_request()
    {
        for (const auto &name : request_names()) {
            const auto status = check_request({{"type", name}, {"id", 1}});
            QVERIFY2(status || status.error().message.find("\"type\"") == std::string::npos, name.c_str());
        }
    }

    void an_answer_says_what_became_of_it()
    {
        QVERIFY(status_of(answer(3, {{"socket", "/x"}})));
        QVERIFY(answer(3, {{"socket", "/x"}})["socket"] == "/x");
        for (int i = 0; i <= static_cast<int>(ErrorCode::Cancelled); ++i) {
            const Error error{static_cast<ErrorCode>(i), "why", "where"};
            const auto status = status_of(refusal(7, error));
            QVERIFY(!status);
            QCOMPARE(status.error().code, error.code);
            QCOMPARE(status.error().message, error.message);
            QCOMPARE(status.error().place, error.place);
        }
        for (const char *bad : {"{}", "[]", R"({"type":"answer","id":1})", R"({"type":"answer","id":1,"ok":false})", R"({"type":"bye","id":1,"ok":true})",
                                R"({"type":"answer","id":1,"ok":false,"code":"odd","message":""})"})
            QCOMPARE(status_of(*parse_json(bad, "test")).error().code, ErrorCode::Malformed);
    }

    void states_have_names()
    {
        for (int i = 0; i <= static_cast<int>(EngineState::Scoring); ++i)
            QVERIFY(engine_state(name_of(static_cast<EngineState>(i))) == static_cast<EngineState>(i));
        QVERIFY(!engine_state("asleep"));
    }

    // Whatever comes: frames or an error, the same however the bytes are cut, and never more held than a frame.
    void damaged_streams_are_refused_or_read()
    {
        QRandomGenerator random(5);
        const std::string whole = greeted(frame(R"({"type":"ping","id":1})") + frame("\1\2\3", 1) + frame(R"({"type":"subscribe","id":2,"seq":0,"step":0})"));
        int refused = 0;
        for (int turn = 0; turn < 20000; ++turn) {
            auto bytes = whole;
            for (int changes = random.bounded(1, 4); changes > 0; --changes)
                mutate(bytes, random);
            FrameReader at_once, in_pieces;
            const auto expected = at_once.feed(bytes);
            std::vector<Frame> frames;
            bool failed = false;
            for (std::size_t at = 0; at < bytes.size() && !failed;) {
                const auto piece = static_cast<std::size_t>(random.bounded(1, 20));
                const auto some = in_pieces.feed(std::string_view(bytes).substr(at, piece));
                at += piece;
                failed = !some;
                if (some)
                    frames.insert(frames.end(), some->begin(), some->end());
            }
            refused += failed;
            QCOMPARE(failed, !expected);
            if (expected)
                QCOMPARE(frames.size(), expected->size());
            for (const auto &item : frames) {
                if (const auto json = parse_json(item.payload, "frame"))
                    (void)check_request(*json);
            }
        }
        QVERIFY(refused > 1000 && refused < 19000);
    }

private:
    static void mutate(std::string &bytes, QRandomGenerator &random)
    {
        const auto at = static_cast<std::size_t>(random.bounded(static_cast<int>(bytes.size())));
        switch (random.bounded(4)) {
        case 0: bytes[at] = static_cast<char>(random.bounded(256)); break;
        case 1: bytes.insert(at, 1, static_cast<char>(random.bounded(256))); break;
        case 2: bytes.erase(at, static_cast<std::size_t>(random.bounded(1, 6))); break;
        default: bytes += bytes.substr(at);
        }
        if (bytes.empty())
            bytes = "Q";
    }
};

QTEST_APPLESS_MAIN(ProtocolTest)
#include "tst_protocol.moc"
