// Questions that wait for a person. One thread.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "registry/base/async.h"
#include "server/access/caller.h"
#include "registry/base/changes.h"
#include "server/access/limits.h"
#include "server/access/question.h"
#include "server/rpc_error.h"

namespace berth::server {

class Approvals {
 public:
  // Bytes of a question as JSON in ASCII. Room for the largest transaction
  // (128 KiB of calldata, in hex); ten of them and all grants fit the 8 MiB that
  // clients read as one answer, so no question can hide another.
  static constexpr std::size_t kMaxQuestionBytes = std::size_t{384} << 10;

  // References must outlive it. `changes` moves with every question that comes
  // or goes.
  Approvals(Timers& timers, Changes& changes, const AccessLimits& limits)
      : timers_(timers), changes_(changes), limits_(limits) {}

  // Completes when `question` was decided: success means approved. 4001: it
  // was denied or nobody decided in time; -32002 at once: this origin waits
  // for one of this kind already, or too many wait; -32602 at once: it is larger
  // than kMaxQuestionBytes. Cancelling withdraws it.
  asio::awaitable<boost::system::result<void, RpcError>> ask(
      std::optional<ListenerId> client, Question question);

  // Those that wait, the oldest first: {id, digest, origin (null: native),
  // kind, method, account, chain_id, content, asked_at, expires_at}. `id` is
  // random and bound to `digest`, the SHA-256 (hex) of the question.
  [[nodiscard]] nlohmann::json list() const;
  [[nodiscard]] std::size_t size() const { return pending_.size(); }

  // False: nothing of this id waits (any more). Each is decided once.
  bool decide(const std::string& id, bool approve);

  // The client has gone: nobody waits for an answer.
  void withdraw(ListenerId client);
  // This origin may ask no more: 4100.
  void withdraw(const std::string& origin);
  // 4900 for all; gives how many there were.
  std::size_t stop();

 private:
  struct Pending;
  class Entry;
  [[nodiscard]] std::optional<RpcError> refusal(const Question& question) const;
  template <class Which>
  std::size_t end(Which which, const RpcError& outcome);

  Timers& timers_;
  Changes& changes_;
  const AccessLimits limits_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Pending*> pending_;  // in the order they came
};

}  // namespace berth::server
