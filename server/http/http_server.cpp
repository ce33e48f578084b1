#include "server/http/http_server.h"

#include <utility>

#include "registry/base/log.h"
#include "server/http/http_session.h"

namespace berth::http {

HttpServer::HttpServer(asio::any_io_executor executor, Timers& timers,
                       Router router, ServerOptions options)
    : timers_(timers),
      router_(std::move(router)),
      options_(std::move(options)),
      admission_(timers, options_.limits, counters_),
      listener_(executor, timers, options_.limits, counters_,
                options_.check_peers,
                [this](asio::ip::tcp::socket socket, Peer peer) {
                  connected(std::move(socket), peer);
                }),
      tasks_(executor, log::failure("connection failed")) {}

HttpServer::~HttpServer() = default;

Result<void> HttpServer::start(UniqueFd listener) {
  auto opened = listener_.open(std::move(listener));
  if (!opened) return opened;
  options_.policy.port = listener_.port();
  tasks_.spawn(listener_.run());
  return {};
}

void HttpServer::set_extra_host(std::string name) {
  options_.policy.extra_host = std::move(name);
}

void HttpServer::connected(asio::ip::tcp::socket socket, Peer peer) {
  const SessionContext context{timers_, router_, options_.limits,
                               options_.policy, counters_};
  tasks_.spawn(serve(std::make_shared<HttpSession>(std::move(socket), peer,
                                                   context, admission_)));
}

asio::awaitable<void> HttpServer::serve(std::shared_ptr<HttpSession> session) {
  struct Listed {
    Listed(HttpServer& s, HttpSession* p) : server(s), place(p) {
      server.sessions_.insert(place);
      ++server.counters_.open;
    }
    Listed(const Listed&) = delete;
    ~Listed() {
      server.sessions_.erase(place);
      --server.counters_.open;
    }
    HttpServer& server;
    HttpSession* place;
  };
  const Listed listed(*this, session.get());
  if (stopping_) session->go_away();  // accepted, but not begun, before stop
  co_await session->run();
}

asio::awaitable<void> HttpServer::stop(Timers::Clock::duration grace) {
  stopping_ = true;
  listener_.stop();
  for (auto* session : sessions_) session->go_away();
  auto ended = all_ended();
  const auto in_time = co_await with_deadline(std::move(ended), timers_, grace);
  if (in_time) co_return;
  for (auto* session : sessions_) session->cut();
  co_await tasks_.wait();
}

asio::awaitable<bool> HttpServer::all_ended() {
  co_await tasks_.wait();
  co_return true;
}

}  // namespace berth::http
