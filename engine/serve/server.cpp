#include "serve/server.h"

#include "core/log.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <poll.h>

namespace quell {
namespace {

using namespace std::chrono_literals;

constexpr auto goodbye_patience = 5s; // with a reader that takes nothing any more

std::atomic<int> stop_signals = 0;
std::atomic<Board *> signalled_board = nullptr; // to wake

void on_stop_signal(int)
{
    ++stop_signals;
    if (auto *board = signalled_board.load())
        board->wake();
}

void set_nonblocking(int descriptor)
{
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

// What is printed from now on, or read, has no studio at the other end.
void leave_terminal(const fs::path &log)
{
    ::setsid(); // refused to a process that leads its group already: that is as good
    std::signal(SIGHUP, SIG_IGN);
    Descriptor file(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) {
        if (file)
            ::dup2(file.get(), standard);
    }
}

} // namespace

StandardStreams StandardStreams::take()
{
    std::signal(SIGPIPE, SIG_IGN);
    StandardStreams streams{Descriptor(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)), Descriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3))};
    const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    return streams;
}

Server::Server(ServerOptions options, const EngineLock &lock, Worker &worker, Board &board)
    : options_(std::move(options)), nonce_(lock.nonce()), worker_(worker), board_(board)
{
    signalled_board = &board;
    std::signal(SIGTERM, on_stop_signal);
    std::signal(SIGINT, on_stop_signal);
}

Server::~Server()
{
    signalled_board = nullptr;
}

Result<std::unique_ptr<Server>> Server::create(ServerOptions options, const EngineLock &lock, StandardStreams streams, Worker &worker, Board &board)
{
    std::unique_ptr<Server> server(new Server(std::move(options), lock, worker, board));
    if (server->options_.detached) {
        QUELL_TRY(server->listen());
        leave_terminal(server->options_.folder / "engine.log");
        return server;
    }
    set_nonblocking(streams.in.get());
    set_nonblocking(streams.out.get());
    server->connections_.push_back(std::make_unique<Connection>(std::move(streams.in), std::move(streams.out), board, server->greeting()));
    server->attached_ = server->connections_.back().get();
    return server;
}

Status Server::listen()
{
    QUELL_ASSIGN(auto listener, Listener::open(options_.folder));
    listener_.emplace(std::move(listener));
    return {};
}

std::string Server::greeting() const
{
    if (!options_.greet)
        return {};
    Json hello{{"type", "hello"}, {"protocol", {protocol_major, protocol_minor}}, {"version", QUELL_VERSION}, {"pid", ::getpid()}, {"nonce", nonce_},
               {"folder", options_.folder.string()}, {"state", name_of(board_.shown().state)}, {"devices", options_.devices}, {"capabilities", request_names()}};
    hello.update(options_.hello);
    return std::string(preamble) + encode(hello).value_or("");
}

void Server::run()
{
    for (bool busy = false;;) {
        wait(busy);
        while (board_.hung)
            ::pause();
        heed_signals();
        accept_clients();
        for (std::size_t i = 0; i < connections_.size(); ++i)
            receive(*connections_[i]);
        busy = fill_all();
        drop_closed();
        const auto shown = board_.shown();
        if (shown.end && !busy)
            return say_goodbye(*shown.end);
        if (listener_ && connections_.empty() && shown.state == EngineState::Idle && (had_client_ || shown.worked) && !shown.end)
            worker_.stop(false); // nobody is there who could want more
    }
}

// Until something happens or is due.
void Server::wait(bool busy)
{
    std::vector<pollfd> polled{{board_.wake_descriptor(), POLLIN, 0}};
    if (listener_)
        polled.push_back({listener_->descriptor(), POLLIN, 0});
    auto due = Clock::time_point::max();
    for (const auto &connection : connections_) {
        if (connection->wants_input())
            polled.push_back({connection->input(), POLLIN, 0});
        if (connection->wants_output())
            polled.push_back({connection->output(), POLLOUT, 0});
        due = std::min(due, connection->due());
    }
    int timeout = -1;
    if (busy)
        timeout = 0;
    else if (due != Clock::time_point::max())
        timeout = static_cast<int>(std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count()));
    ::poll(polled.data(), polled.size(), timeout);
    board_.slept();
}

void Server::heed_signals()
{
    for (const int count = stop_signals; signals_heeded_ < count; ++signals_heeded_)
        worker_.stop(signals_heeded_ > 0);
}

void Server::accept_clients()
{
    while (listener_) {
        auto client = listener_->accept();
        if (!client)
            return;
        Descriptor out(::fcntl(client.get(), F_DUPFD_CLOEXEC, 3));
        connections_.push_back(std::make_unique<Connection>(std::move(client), std::move(out), board_, greeting()));
        had_client_ = true;
    }
}

void Server::receive(Connection &connection)
{
    if (!connection.wants_input())
        return;
    const auto requests = connection.receive();
    if (!requests) {
        if (requests.error().code != ErrorCode::Io)
            log_warning(to_string(requests.error()));
        return end_input(connection);
    }
    for (const auto &request : *requests)
        handle(connection, request);
}

// An attached studio still hears how the run ends.
void Server::end_input(Connection &connection)
{
    if (&connection != attached_)
        return connection.close();
    connection.close_input();
    worker_.stop(false);
}

void Server::handle(Connection &connection, const Json &request)
{
    std::int64_t id = 0;
    if (request.is_object() && request.contains("id") && request["id"].is_number_integer())
        id = request["id"].get<std::int64_t>();
    const auto result = result_of(connection, request);
    if (!result)
        connection.send(refusal(id, result.error()));
    else if (!result->is_null())
        connection.send(answer(id, *result));
}

Result<Json> Server::result_of(Connection &connection, const Json &request)
{
    QUELL_TRY(check_request(request));
    const auto type = request["type"].get<std::string>();
    if (type == "ping")
        return Json::object();
    if (type == "subscribe") {
        connection.subscribe(options_.folder, request.value("seq", std::int64_t{0}), request.value("step", std::int64_t{0}));
        return Json::object();
    }
    QUELL_ASSIGN(auto fields, worker_.request(request));
    return type == "detach" && fields.is_object() ? detach(connection) : fields;
}

Result<Json> Server::detach(Connection &connection)
{
    if (!listener_)
        QUELL_TRY(listen());
    if (&connection == attached_) {
        leave_terminal(options_.folder / "engine.log");
        leaving_ = std::exchange(attached_, nullptr);
    }
    return Json{{"socket", listener_->path().string()}};
}

// Whether there may be more to send at once.
bool Server::fill_all()
{
    bool busy = false;
    for (const auto &connection : connections_) {
        connection->flush();
        const bool filled = connection->open() && connection->fill(Clock::now());
        connection->flush();
        busy |= filled && !connection->wants_output();
    }
    return busy;
}

void Server::drop_closed()
{
    if (leaving_ && !leaving_->wants_output())
        leaving_->close();
    for (const auto &connection : connections_) {
        if (connection->open())
            continue;
        if (connection.get() == attached_) {
            attached_ = nullptr;
            worker_.stop(false);
        }
        if (connection.get() == leaving_)
            leaving_ = nullptr;
    }
    std::erase_if(connections_, [](const auto &connection) { return !connection->open(); });
}

// Everybody gets what the logs hold, then bye; whoever takes nothing any more is not waited for.
void Server::say_goodbye(int status)
{
    const auto patient = [](const auto &connection) { return connection->open() && Clock::now() - connection->last_taken() < goodbye_patience; };
    const auto begun = Clock::now();
    const auto wait_while = [&](auto unfinished) {
        while (std::any_of(connections_.begin(), connections_.end(), [&](const auto &connection) {
            return unfinished(*connection) && (patient(connection) || Clock::now() - begun < goodbye_patience);
        })) {
            wait(false);
            fill_all();
            drop_closed();
        }
    };
    fill_all(); // what was written since the last look
    wait_while([](const Connection &connection) { return !connection.settled(); });
    for (const auto &connection : connections_)
        connection->send({{"type", "bye"}, {"code", status}});
    wait_while([](const Connection &connection) { return connection.wants_output(); });
}

} // namespace quell
