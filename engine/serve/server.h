// The engine's side of the protocol, on a thread of its own: connections, the life of the process around its run, signals. The work
// itself is a Worker's.
#pragma once

#include "serve/connection.h"
#include "serve/engine_lock.h"
#include "serve/listener.h"
#include "serve/worker.h"

#include <memory>

namespace quell {

struct ServerOptions {
    fs::path folder;              // of the run
    bool detached = false;        // from the start: no stdin and stdout, only the socket
    Json devices = Json::array(); // for hello
    Json hello = Json::object();  // fields that replace those of hello (a scripted engine's)
    bool greet = true;            // preamble and hello come first
};

// Takes standard input and output for the protocol: nothing else reads or writes there from now on (printing goes to standard error).
// Call before anything could print.
struct StandardStreams {
    Descriptor in, out;
    static StandardStreams take();
};

class Server {
public:
    // The folder must be locked by `lock` as long as the server lives. Errors: Io (no socket).
    static Result<std::unique_ptr<Server>> create(ServerOptions options, const EngineLock &lock, StandardStreams streams, Worker &worker, Board &board);
    ~Server();

    // Serves until the board says the end and everybody has been told; to be run on a thread of its own.
    void run();

private:
    Server(ServerOptions options, const EngineLock &lock, Worker &worker, Board &board);
    Status listen();
    std::string greeting() const;
    void heed_signals();
    void wait(bool busy);
    void accept_clients();
    void receive(Connection &connection);
    void end_input(Connection &connection);
    void handle(Connection &connection, const Json &request);
    Result<Json> result_of(Connection &connection, const Json &request);
    Result<Json> detach(Connection &connection);
    bool fill_all();
    void drop_closed();
    void say_goodbye(int status);

    ServerOptions options_;
    std::string nonce_;
    Worker &worker_;
    Board &board_;
    std::vector<std::unique_ptr<Connection>> connections_;
    Connection *attached_ = nullptr; // whose end is the run's
    Connection *leaving_ = nullptr;  // was attached; closed once it has its answer
    std::optional<Listener> listener_;
    bool had_client_ = false;
    int signals_heeded_ = 0;
};

} // namespace quell
