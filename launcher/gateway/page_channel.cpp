#include "launcher/gateway/page_channel.h"

#include <nlohmann/json.hpp>

#include "registry/base/backoff.h"
#include "registry/base/log.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using provider::RpcResult;

// To dial an instance and have it prove itself: milliseconds, unless it is
// stopped (SIGSTOP).
constexpr auto kConnectLimit = 5s;
// What an answer is worth waiting for that only tells the page where it is.
constexpr auto kStateLimit = 5s;

}  // namespace

PageChannel::PageChannel(ChannelOptions options, Timers& timers,
                         Changes& registry, Tell tell)
    : options_(std::move(options)),
      timers_(timers),
      registry_(registry),
      tell_(std::move(tell)) {}

void PageChannel::close() {
  closed_ = true;
  connection_.reset();
  changes_.bump();
}

void PageChannel::set_gone(const std::string& why) {
  connection_.reset();
  changes_.bump();
  const bool told = std::exchange(state_, State::gone) == State::gone;
  why_gone_ = why;
  if (!told && !closed_)
    tell_("berth_state", {{"state", "gone"}, {"message", why}});
}

void PageChannel::heard(const std::string& event, const json& params) {
  if (closed_) return;
  // Of the connection, not of the instance's chain: lost() follows.
  if (event == "disconnect" && connection_ && !connection_->is_open()) return;
  tell_(event, params);
}

void PageChannel::lost() {
  if (!closed_ && connection_) set_gone("the wallet has stopped");
}

asio::awaitable<void> PageChannel::run(std::shared_ptr<PageChannel> self) {
  using namespace asio::experimental::awaitable_operators;
  Backoff backoff(100ms, 5s);
  while (!self->closed_) {
    const auto seen = self->registry_.revision();
    const auto record = self->options_.find(self->options_.profile);
    if (record)
      co_await connect(self, *record);
    else
      self->set_gone("the wallet does not run");
    if (self->connection_) backoff.reset();
    while (self->connection_)
      co_await self->changes_.after(self->changes_.revision());
    if (self->closed_) co_return;
    // Nothing runs: until something does. Something that cannot be reached is
    // tried again.
    const auto pause = record ? backoff.next() : Timers::Clock::duration(24h);
    auto news = self->registry_.after(seen);
    auto closing = self->changes_.after(self->changes_.revision());
    auto resting = sleep_for(self->timers_, pause);
    co_await (std::move(news) || std::move(closing) || std::move(resting));
  }
}

asio::awaitable<void> PageChannel::connect(std::shared_ptr<PageChannel> self,
                                           registry::Record record) {
  provider::ConnectOptions options;
  options.origin = self->options_.origin;
  options.check_peer = self->options_.check_peer;
  options.on_event = [weak = self->weak_from_this()](const std::string& event,
                                                     const json& params) {
    if (const auto channel = weak.lock()) channel->heard(event, params);
  };
  options.on_lost = [weak = self->weak_from_this()] {
    if (const auto channel = weak.lock()) channel->lost();
  };
  options.instance = std::move(record);
  auto connection = co_await provider::connect(std::move(options),
                                               self->timers_, kConnectLimit);
  if (self->closed_) co_return;
  if (!connection) {
    if (self->state_ != State::gone)  // once, not at every try
      log::warn("a page cannot be connected: " + connection.error().message);
    // Without the reason: that is the user's, not the page's.
    self->set_gone("the wallet does not answer");
    co_return;
  }
  self->connection_ = std::move(*connection);
  co_await self->tell_ready();
}

asio::awaitable<void> PageChannel::tell_ready() {
  json none = json::array();
  auto asked_accounts = connection_->request("eth_accounts", none);
  auto asked_chain = connection_->request("eth_chainId", none);
  const auto accounts = co_await with_deadline(std::move(asked_accounts),
                                               timers_, kStateLimit);
  const auto chain =
      co_await with_deadline(std::move(asked_chain), timers_, kStateLimit);
  if (!connection_) co_return;
  if (!connection_->is_open()) co_return set_gone("the wallet has stopped");
  const bool has_accounts = accounts && *accounts && (*accounts)->is_array();
  const bool has_chain = chain && *chain && (*chain)->is_string();
  state_ = State::ready;
  changes_.bump();
  tell_("berth_state", {{"state", "ready"},
                        {"accounts", has_accounts ? **accounts : none},
                        {"chainId", has_chain ? **chain : json()}});
}

asio::awaitable<RpcResult> PageChannel::request(
    std::shared_ptr<PageChannel> self, std::string method, json params) {
  while (self->state_ == State::connecting && !self->closed_)
    co_await self->changes_.after(self->changes_.revision());
  if (self->state_ != State::ready || !self->connection_)
    co_return self->disconnected();
  auto asking =
      self->connection_->request(std::move(method), std::move(params));
  auto answer = co_await std::move(asking);
  // In our words: the connection's own name the profile, of which the page may
  // know the title only.
  if (!answer && !self->connection_ &&
      answer.error().code == provider::rpc_code::disconnected)
    co_return self->disconnected();
  co_return answer;
}

}  // namespace berth::launcher
