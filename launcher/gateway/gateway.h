// The manager's face: the loopback HTTP host of berthd. One thread.
#pragma once

#include <map>
#include <string>

#include "launcher/gateway/own_host.h"
#include "launcher/gateway/sign_in.h"
#include "launcher/gateway/tickets.h"
#include "provider/client/access_watch.h"
#include "registry/base/changes.h"
#include "registry/paths.h"
#include "registry/record.h"
#include "server/http/guesses.h"
#include "server/http/http_server.h"
#include "server/http/rate_limit.h"

namespace berth::launcher {

struct GatewayOptions {
  // The port that is asked for, and whose successors are tried where a stranger
  // has it.
  std::uint16_t port = 18765;
  bool check_peers = true;
  // Messages of one origin to all its wallets together; the instances count
  // them too.
  http::Rate origin_messages{100, 200};
  // Listens already, held by a service manager; then `port` is not looked at.
  UniqueFd listener;
};

class Gateway {
 public:
  using Records = std::map<std::string, registry::Record>;  // by name

  // `timers` must outlive it. `record`: who answers here; its endpoint is set
  // by start(). `on_question`: an instance asks its user something new.
  // Destroy it only before start() or when stop() has completed.
  Gateway(asio::any_io_executor executor, Timers& timers, Paths paths,
          registry::Record record, GatewayOptions options,
          provider::AccessWatch::OnQuestion on_question);

  // Errc::no_port: neither the port nor one of the next kTries is free.
  [[nodiscard]] Result<void> start();
  static constexpr int kTries = 20;

  asio::awaitable<void> stop();

  // What lives now, wallets only.
  void set_running(const Records& running);
  // Why those that live and are not well are so, by name.
  void set_reasons(std::map<std::string, std::string> reasons);
  // Something else may have changed that the pages show.
  void look_again() { changes_.bump(); }

  [[nodiscard]] const registry::Record& record() const { return record_; }

 private:
  [[nodiscard]] http::Router make_router();
  [[nodiscard]] http::WsDecision open_page(const http::Request& request);
  [[nodiscard]] std::shared_ptr<void> place_of(const std::string& origin);
  [[nodiscard]] http::ServerOptions server_options() const;
  void reserve();

  const Paths paths_;
  Timers& timers_;
  registry::Record record_;
  GatewayOptions options_;
  OwnHost own_host_;
  Tickets tickets_;
  SignIn sign_in_;
  http::Guesses guesses_;
  http::Guesses ticket_guesses_;  // apart: any web page may make them
  http::RateLimit requests_;
  http::RateLimit messages_;
  Records running_;
  std::map<std::string, std::string> reasons_;
  Changes changes_;
  provider::AccessWatch access_;
  std::map<std::string, std::shared_ptr<void>> places_;  // by origin
  TaskGroup channels_;                                   // of pages
  TaskGroup programs_;
  UniqueFd ipv6_;     // ::1 and our port, see reserve_ipv6_loopback()
  http::HttpServer http_;
};

}  // namespace berth::launcher
