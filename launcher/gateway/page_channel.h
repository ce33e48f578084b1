// One page's way to one profile, over restarts of the instance behind it. One
// thread.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "provider/client/connection.h"
#include "registry/base/changes.h"
#include "registry/base/timers.h"
#include "registry/record.h"

namespace berth::launcher {

struct ChannelOptions {
  std::string profile;
  std::string origin;  // stated to the instance
  bool check_peer = true;
  // The record of the profile's instance where it runs.
  std::function<std::optional<registry::Record>(const std::string& profile)>
      find;
  // Of those that its origin may have; given back when the channel has ended.
  std::shared_ptr<void> place;
};

// Shared by its coroutines, which end some time after close().
class PageChannel : public std::enable_shared_from_this<PageChannel> {
 public:
  // What the page hears: notifications of README.md, "A page's channel".
  using Tell = std::function<void(const std::string& method,
                                  const nlohmann::json& params)>;

  // References must outlive its coroutines. `registry`: bumped when anybody
  // may have started or ended.
  PageChannel(ChannelOptions options, Timers& timers, Changes& registry,
              Tell tell);

  // Keeps the page connected, until close().
  static asio::awaitable<void> run(std::shared_ptr<PageChannel> self);

  // The instance's answer; 4900 while there is none. Waits while it is being
  // dialled.
  static asio::awaitable<provider::RpcResult> request(
      std::shared_ptr<PageChannel> self, std::string method,
      nlohmann::json params);

  // The page has gone: its questions are withdrawn, nothing is told any more.
  void close();

 private:
  enum class State { connecting, ready, gone };

  static asio::awaitable<void> connect(std::shared_ptr<PageChannel> self,
                                       registry::Record record);
  asio::awaitable<void> tell_ready();
  void set_gone(const std::string& why);
  void heard(const std::string& event, const nlohmann::json& params);
  void lost();
  [[nodiscard]] provider::RpcError disconnected() const {
    return {provider::rpc_code::disconnected, why_gone_};
  }

  const ChannelOptions options_;
  Timers& timers_;
  Changes& registry_;
  Tell tell_;
  // Held by nobody else: a request that waits would keep it open, and its
  // question before the user, when the page has gone.
  std::unique_ptr<provider::Connection> connection_;
  State state_ = State::connecting;
  std::string why_gone_;
  Changes changes_;  // of the state and the connection
  bool closed_ = false;
};

}  // namespace berth::launcher
