#include "server/wallets/pending_requests.h"

#include <nlohmann/json.hpp>

#include "server/wallets/rpc_wire.h"

namespace berth::server {

std::shared_ptr<PendingRequests::Entry> PendingRequests::add(
    const std::string& method, const nlohmann::json& params,
    Timers::Clock::duration limit) {
  auto entry = std::make_shared<Entry>(executor_);
  const auto id = ++last_id_;
  entry->id = id;
  entry->method = method;
  entry->text = encode_request(id, method, params);
  entry->deadline = timers_.now() + limit;
  entry->limit =
      timers_.at(entry->deadline, [this, id, limit] { timed_out(id, limit); });
  entry->all = entries_;
  entries_->emplace(id, entry);
  return entry;
}

std::shared_ptr<PendingRequests::Entry> PendingRequests::find(
    std::uint64_t id) const {
  const auto found = entries_->find(id);
  return found == entries_->end() ? nullptr : found->second;
}

void PendingRequests::settle(std::uint64_t id, RpcResult result) {
  const auto found = entries_->find(id);
  if (found == entries_->end()) return;
  const auto entry = std::move(found->second);
  entries_->erase(found);
  entry->limit.cancel();
  entry->result = std::move(result);
  entry->done.set();
}

void PendingRequests::settle_all(const RpcError& error) {
  while (!entries_->empty()) settle(entries_->begin()->first, error);
}

asio::awaitable<RpcResult> PendingRequests::wait(std::shared_ptr<Entry> entry) {
  co_await entry->done.wait();
  if (!entry->result) {
    entry->limit.cancel();
    if (const auto all = entry->all.lock()) all->erase(entry->id);
    co_return RpcError(rpc_code::disconnected, "the caller went away");
  }
  co_return std::move(*entry->result);
}

void PendingRequests::timed_out(std::uint64_t id,
                                Timers::Clock::duration limit) {
  const auto entry = find(id);
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(limit).count();
  settle(id, RpcError(rpc_code::internal,
                      "upstream " + name_ + " did not answer " + entry->method +
                          " within " + std::to_string(seconds) +
                          " s; it may still carry it out"));
}

}  // namespace berth::server
