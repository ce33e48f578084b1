#include "provider/native_host/tunnel.h"

#include "registry/base/log.h"

namespace berth::native_host {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using provider::RpcError;
using provider::RpcResult;

// To dial an instance and have it prove itself: milliseconds, unless it is
// stopped (SIGSTOP).
constexpr auto kConnectLimit = 5s;

std::string key_of(std::int64_t channel) {
  return "#" + std::to_string(channel);
}

std::string key_of(const Asked& asked) {
  return asked.channel ? key_of(*asked.channel)
                       : asked.profile + " " + asked.origin;
}

}  // namespace

// Shared by the requests that wait for it, and by those that go on a little
// after it was closed.
struct Tunnel::Channel {
  Channel(const Asked& asked, const asio::any_io_executor& executor)
      : key(key_of(asked)),
        number(asked.channel),
        profile(asked.profile),
        origin(asked.origin),
        opened(executor) {}

  [[nodiscard]] json message(const char* type) const {
    json made{{"type", type}, {"profile", profile}, {"origin", origin}};
    if (number) made["channel"] = *number;
    return made;
  }
  // Nothing is told of it any more; who waits for it goes on.
  void end(const std::string& why) {
    connection.reset();
    why_ended = why;
    opened.set();
  }
  [[nodiscard]] bool ended() const { return !why_ended.empty(); }
  [[nodiscard]] RpcError disconnected() const {
    return {provider::rpc_code::disconnected, why_ended};
  }

  const std::string key;
  const std::optional<std::int64_t> number;
  const std::string profile, origin;
  Event opened;  // or failed to
  bool begun = false;
  std::unique_ptr<provider::Connection> connection;
  std::string why_ended;  // empty: it has not
};

Tunnel::Found Tunnel::find_or_make(const Asked& asked) {
  const auto found = channels_.find(key_of(asked));
  if (found == channels_.end()) {
    if (channels_.size() >= kMaxChannels)
      return RpcError(provider::rpc_code::limit_exceeded,
                      "too many channels are open");
    auto channel = std::make_shared<Channel>(asked, executor_);
    channels_[channel->key] = channel;
    return channel;
  }
  const auto& channel = *found->second;
  if (channel.profile != asked.profile || channel.origin != asked.origin)
    return RpcError(provider::rpc_code::invalid_request,
                    "this channel is of another profile or origin");
  return found->second;
}

asio::awaitable<RpcResult> Tunnel::request(Asked asked) {
  auto found = find_or_make(asked);
  if (!found) co_return found.error();
  const auto channel = *found;
  if (std::exchange(channel->begun, true))
    co_await channel->opened.wait();
  else
    co_await open(channel);
  if (!channel->connection) co_return channel->disconnected();
  auto asking = channel->connection->request(std::move(asked.method),
                                             std::move(asked.params));
  auto answer = co_await std::move(asking);
  // In our words: the connection's own name the profile.
  if (!answer && !channel->connection &&
      answer.error().code == provider::rpc_code::disconnected)
    co_return channel->disconnected();
  co_return answer;
}

asio::awaitable<void> Tunnel::open(std::shared_ptr<Channel> channel) {
  provider::ConnectOptions options;
  options.origin = channel->origin;
  const std::weak_ptr<Channel> weak = channel;
  options.on_event = [this, weak](const std::string& event,
                                  const json& params) {
    const auto known = weak.lock();
    if (known && !known->ended()) heard(*known, event, params);
  };
  options.on_lost = [this, weak] {
    const auto known = weak.lock();
    if (known && !known->ended()) lost(*known);
  };
  auto record = directory_.record(channel->profile);
  Result<std::unique_ptr<provider::Connection>> connection = Error();
  if (record) {
    options.instance = std::move(*record);
    connection =
        co_await provider::connect(std::move(options), timers_, kConnectLimit);
  } else {
    connection = record.error();
  }
  if (channel->ended()) co_return;  // closed meanwhile
  if (connection) {
    channel->connection = std::move(*connection);
    channel->opened.set();
    co_return;
  }
  // The reason is the user's, not the page's.
  log::warn("no channel: " + connection.error().message);
  channels_.erase(channel->key);
  channel->end(connection.error().code == Errc::not_found
                   ? "the wallet does not run"
                   : "the wallet does not answer");
}

void Tunnel::heard(const Channel& channel, const std::string& event,
                   const json& params) {
  // Of the connection, not of the instance: lost() follows.
  if (event == "disconnect" && channel.connection &&
      !channel.connection->is_open())
    return;
  json message = channel.message("event");
  message["event"] = event;
  message["params"] = params;
  tell_(message);
}

void Tunnel::lost(Channel& channel) {
  json message = channel.message("closed");
  channels_.erase(channel.key);
  channel.end("the wallet has stopped");
  message["message"] = channel.why_ended;
  tell_(message);
}

void Tunnel::close(std::int64_t number) {
  const auto found = channels_.find(key_of(number));
  if (found == channels_.end()) return;
  const auto channel = std::move(found->second);
  channels_.erase(found);
  channel->end("the page has gone");
}

}  // namespace berth::native_host
