// One running instance: wallet, wire and record put together. One thread.
#pragma once

#include <functional>
#include <memory>

#include "registry/base/async.h"
#include "registry/mdns/mdns.h"
#include "registry/registry.h"
#include "server/endpoints.h"
#include "server/settings.h"

namespace berth::server {

class Instance {
 public:
  // Asks that the program end: stop() is to be called. `error` is empty after
  // a request over the wire, else says why it cannot go on.
  using OnEnd = std::function<void(const Error& error)>;

  // References must outlive it.
  Instance(asio::any_io_executor executor, Timers& timers,
           registry::Registry& registry, mdns::Mdns& mdns, Settings settings,
           std::unique_ptr<Wallet> wallet, OnEnd on_end);

  // Serves on the port, then publishes the record: nobody learns of a port
  // that does not answer. Errors: those of Registry::announce.
  [[nodiscard]] Result<void> start(BoundPort port);

  // Publishes the mDNS record too, for as long as it takes: a hint, so nothing
  // waits for it, and what goes wrong is told in the log alone. After start().
  void publish_mdns();

  // Tells the clients (EIP-1193 `disconnect`), ends pending requests with
  // 4900, closes connections, withdraws both records. Also after a failed
  // start(). Completes when nothing runs any more.
  asio::awaitable<void> stop();

  // Takes the records out and nothing else: for an exit at once.
  void withdraw();

  // After start().
  [[nodiscard]] const registry::Record& record() const {
    return registration_->record();
  }

 private:
  [[nodiscard]] registry::Record make_record(std::uint16_t port) const;
  void wallet_event(const std::string& event, const nlohmann::json& params);
  void end_questions();
  asio::awaitable<bool> last_answers();
  void publish_chain();
  void mdns_changed(const mdns::Status& status);
  [[nodiscard]] mdns::Service mdns_service() const;
  void standing_changed(registry::Standing standing, const Error& error);

  Timers& timers_;
  registry::Registry& registry_;
  mdns::Mdns& mdns_;
  Settings settings_;
  std::unique_ptr<Wallet> wallet_;
  OnEnd on_end_;
  Metrics metrics_;
  Changes access_changes_;
  Grants grants_;
  Approvals approvals_;
  Gate gate_;
  RpcService service_;
  TaskGroup tasks_;
  registry::Record record_;
  Tokens tokens_;
  http::HttpServer http_;
  std::unique_ptr<registry::Registration> registration_;
  std::unique_ptr<mdns::Publication> publication_;
  // What the log says of it; `connecting` is nothing to tell.
  mdns::Status::State logged_mdns_ = mdns::Status::State::connecting;
};

}  // namespace berth::server
