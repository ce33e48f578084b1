// One running instance: wallet, wire and record put together. One thread.
#pragma once

#include <memory>

#include "registry/base/async.h"
#include "server/endpoints.h"
#include "server/occupant.h"
#include "server/presence.h"
#include "server/settings.h"

namespace berth::server {

class Instance : public Occupant {
 public:
  // References must outlive it.
  Instance(asio::any_io_executor executor, Timers& timers,
           registry::Registry& registry, mdns::Mdns& mdns, Settings settings,
           std::unique_ptr<Wallet> wallet, OnEnd on_end);

  // Errors: those of Registry::announce.
  asio::awaitable<Result<registry::Record>> start(BoundPort port) override;
  void publish_mdns() override { presence_.publish_mdns(); }
  // Tells the clients (EIP-1193 `disconnect`), ends pending requests with
  // 4900 and closes connections, before the records go.
  asio::awaitable<void> stop() override;
  void withdraw() override { presence_.withdraw(); }

 private:
  [[nodiscard]] registry::Record make_record(std::uint16_t port) const;
  void wallet_event(const std::string& event, const nlohmann::json& params);
  void end_questions();
  asio::awaitable<bool> last_answers();
  void publish_chain();

  Timers& timers_;
  Settings settings_;
  std::unique_ptr<Wallet> wallet_;
  OnEnd on_end_;
  Presence presence_;
  UniqueFd port_lock_;
  Metrics metrics_;
  Changes access_changes_;
  Grants grants_;
  Approvals approvals_;
  Gate gate_;
  RpcService service_;
  TaskGroup tasks_;
  registry::Record record_;
  Tokens tokens_;
  http::Guesses guesses_;
  http::HttpServer http_;
};

}  // namespace berth::server
