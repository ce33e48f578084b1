// Proven connections to instances for pages whose browser gates loopback
// sockets: EIP-1193 requests in, answers and events out. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "provider/client/connection.h"
#include "provider/client/directory.h"
#include "provider/native_host/instances.h"

namespace berth::native_host {

// One request of a page.
struct Asked {
  std::optional<std::int64_t> channel;
  std::string profile;
  std::string origin;
  std::string method;
  nlohmann::json params;
};

class Tunnel {
 public:
  static constexpr std::size_t kMaxChannels = 512;

  // References must outlive it. `tell`: `event` and `closed`.
  Tunnel(asio::any_io_executor executor, Timers& timers,
         provider::Directory& directory, Tell tell)
      : executor_(std::move(executor)),
        timers_(timers),
        directory_(directory),
        tell_(std::move(tell)) {}

  // The instance's answer, by the connection of that channel, which is opened
  // where there is none. Its errors name neither profile nor port: a page may
  // see them.
  asio::awaitable<provider::RpcResult> request(Asked asked);

  // What its page asked is withdrawn; nothing is told of it any more.
  void close(std::int64_t channel);

 private:
  struct Channel;
  using Found =
      boost::system::result<std::shared_ptr<Channel>, provider::RpcError>;

  [[nodiscard]] Found find_or_make(const Asked& asked);
  asio::awaitable<void> open(std::shared_ptr<Channel> channel);
  void lost(Channel& channel);
  void heard(const Channel& channel, const std::string& event,
             const nlohmann::json& params);

  asio::any_io_executor executor_;
  Timers& timers_;
  provider::Directory& directory_;
  Tell tell_;
  // By the caller's number, else by profile and origin.
  std::map<std::string, std::shared_ptr<Channel>> channels_;
};

}  // namespace berth::native_host
