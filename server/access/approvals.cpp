#include "server/access/approvals.h"

#include <algorithm>
#include <array>

#include "registry/base/clock.h"
#include "registry/base/encoding.h"
#include "registry/base/random.h"
#include "registry/proof/hash.h"

namespace berth::server {
namespace {

using nlohmann::json;

constexpr std::size_t kIdBytes = 10;  // 80 bits: 16 characters, not guessable

json to_json(const Question& question) {
  return {{"origin", question.origin ? json(*question.origin) : json()},
          {"kind", question.kind},
          {"method", question.method},
          {"account", question.account},
          {"chain_id", question.chain_id},
          {"content", question.content}};
}

Hash32 digest_of(const json& question) {
  return sha256(bytes_of(question.dump()));
}

// An id cannot be carried over to another question: it is made of this one's
// digest, with a key that nobody else has.
std::string make_id(const Hash32& digest) {
  std::array<std::uint8_t, 32> key{};
  fill_random(key);
  const Hash32 bound = hmac_sha256(key, digest);
  return base32_encode(ByteView(bound).first(kIdBytes));
}

}  // namespace

struct Approvals::Pending {
  std::string id;
  std::optional<ListenerId> client;
  std::optional<std::string> origin;
  std::string kind;
  json shown;
  Event decided;
  // Of one that is cancelled, nobody sees it.
  boost::system::result<void, RpcError> outcome =
      RpcError(rpc_code::rejected, "withdrawn");
};

// In the list for as long as it lives and is not decided.
class Approvals::Entry {
 public:
  Entry(Approvals& all, Pending& pending)
      : all_(all), number_(all.next_++) {
    all_.pending_[number_] = &pending;
    all_.changes_.bump();
  }
  Entry(const Entry&) = delete;
  ~Entry() {
    if (all_.pending_.erase(number_) > 0) all_.changes_.bump();
  }

 private:
  Approvals& all_;
  std::uint64_t number_;
};

asio::awaitable<boost::system::result<void, RpcError>> Approvals::ask(
    std::optional<ListenerId> client, Question question) {
  if (auto refused = refusal(question)) co_return *refused;
  const auto executor = co_await asio::this_coro::executor;
  json shown = to_json(question);
  if (shown.dump(-1, ' ', /*ensure_ascii=*/true).size() > kMaxQuestionBytes)
    co_return RpcError(rpc_code::invalid_params,
                       "too large to be shown to a person: " +
                           question.method);
  const Hash32 digest = digest_of(shown);
  const auto asked_at = std::chrono::system_clock::now();
  const std::string id = make_id(digest);
  shown["id"] = id;
  shown["digest"] = hex_encode(digest);
  shown["asked_at"] = to_rfc3339(asked_at);
  shown["expires_at"] = to_rfc3339(asked_at + limits_.approval_time);
  Pending pending{id,           client,
                  question.origin, question.kind,
                  std::move(shown), Event(executor)};
  const Entry entry(*this, pending);
  const Alarm limit = timers_.after(limits_.approval_time, [this, id] {
    end([&](const Pending& p) { return p.id == id; },
        RpcError(rpc_code::rejected, "nobody decided in time"));
  });
  co_await pending.decided.wait();
  co_return pending.outcome;
}

std::optional<RpcError> Approvals::refusal(const Question& question) const {
  if (pending_.size() >= limits_.approvals)
    return RpcError(rpc_code::already_pending,
                    "too many questions wait for a person already");
  const bool asked = std::any_of(
      pending_.begin(), pending_.end(), [&](const auto& item) {
        const Pending& other = *item.second;
        return other.origin == question.origin && other.kind == question.kind;
      });
  if (!question.origin || !asked) return std::nullopt;
  return RpcError(rpc_code::already_pending,
                  "this page waits for an answer to the same question "
                  "already: " +
                      question.method);
}

json Approvals::list() const {
  json all = json::array();
  for (const auto& [number, pending] : pending_) all.push_back(pending->shown);
  return all;
}

template <class Which>
std::size_t Approvals::end(Which which, const RpcError& outcome) {
  const auto count = std::erase_if(pending_, [&](const auto& item) {
    Pending& pending = *item.second;
    if (!which(pending)) return false;
    pending.outcome = outcome;
    pending.decided.set();
    return true;
  });
  if (count > 0) changes_.bump();
  return count;
}

bool Approvals::decide(const std::string& id, bool approve) {
  const auto found = std::find_if(
      pending_.begin(), pending_.end(),
      [&](const auto& item) { return item.second->id == id; });
  if (found == pending_.end()) return false;
  Pending& pending = *found->second;
  pending_.erase(found);
  changes_.bump();
  if (approve)
    pending.outcome = {};
  else
    pending.outcome = RpcError(rpc_code::rejected, "the user said no");
  pending.decided.set();
  return true;
}

void Approvals::withdraw(ListenerId client) {
  end([&](const Pending& p) { return p.client == client; },
      RpcError(rpc_code::rejected, "the client has gone"));
}

void Approvals::withdraw(const std::string& origin) {
  end([&](const Pending& p) { return p.origin == origin; },
      RpcError(rpc_code::unauthorized, "the grant was revoked"));
}

std::size_t Approvals::stop() {
  return end([](const Pending&) { return true; },
             RpcError(rpc_code::disconnected, "the instance is stopping"));
}

}  // namespace berth::server
