#include "provider/client/mdns_source.h"

#include <map>
#include <set>
#include <utility>

#include "provider/client/http.h"

namespace berth::provider {
namespace {

using registry::Record;
// Id and port: all that is taken from mDNS.
using Claim = std::pair<std::string, std::uint16_t>;

// The running wallets that one of `claims` speaks of.
Result<std::vector<Record>> records_of(const std::set<Claim>& claims,
                                       registry::Registry& registry) {
  auto entries = registry.list();
  if (!entries) return entries.error();
  std::vector<Record> records;
  for (auto& entry : *entries)
    if (entry.liveness == registry::Liveness::alive && entry.record &&
        entry.record->kind == registry::Kind::wallet &&
        claims.contains({entry.record->id, entry.record->endpoint.port}))
      records.push_back(std::move(*entry.record));
  return records;
}

// However often one thing is claimed, it counts once. `timers` and `mdns` must
// outlive the call.
asio::awaitable<std::set<Claim>> browse(mdns::Mdns& mdns, Timers& timers,
                                        Timers::Clock::duration limit) {
  const auto executor = co_await asio::this_coro::executor;
  Event over(executor);
  std::map<std::string, Claim> seen;  // by service name
  const Alarm alarm = timers.after(limit, [&over] { over.set(); });
  const auto browser = mdns.browse(
      [&](const mdns::Sighting& sighting) {
        if (sighting.what == mdns::Sighting::What::settled) return over.set();
        seen.erase(sighting.seen.name);
        if (sighting.what == mdns::Sighting::What::found &&
            sighting.seen.problem.empty())
          seen.emplace(sighting.seen.name,
                       Claim{sighting.seen.service.id, sighting.seen.port});
      },
      [&over](const mdns::Status& status) {
        if (mdns::is_down(status)) over.set();
      });
  co_await over.wait();
  std::set<Claim> claims;
  for (auto& [name, claim] : seen) claims.insert(std::move(claim));
  co_return claims;
}

// `found` must outlive the call.
asio::awaitable<void> prove_into(Record record, Timers& timers,
                                 Timers::Clock::duration limit,
                                 std::map<std::string, Instance>& found) {
  auto proven = co_await prove(record, timers, limit);
  if (proven) found.emplace(record.name, to_instance(record));
}

}  // namespace

asio::awaitable<Result<Instance>> confirm(mdns::Service seen,
                                          registry::Registry& registry,
                                          Timers& timers,
                                          Timers::Clock::duration limit) {
  auto records = records_of({{seen.id, seen.port}}, registry);
  if (!records) co_return records.error();
  if (records->empty())
    co_return Error{Errc::untrusted,
                    "an mDNS record that no running instance stands behind: "
                    "port " +
                        std::to_string(seen.port),
                    "see: berth list --mdns"};
  auto proven = co_await prove(records->front(), timers, limit);
  if (!proven) co_return proven.error();
  co_return to_instance(records->front());
}

asio::awaitable<Result<std::vector<Instance>>> find_by_mdns(
    mdns::Mdns& mdns, registry::Registry& registry, Timers& timers,
    Timers::Clock::duration limit) {
  const auto executor = co_await asio::this_coro::executor;
  const auto claims = co_await browse(mdns, timers, limit);
  auto records = records_of(claims, registry);
  if (!records) co_return records.error();
  std::map<std::string, Instance> found;
  // The proofs write into this frame: it waits for them, cancelled or not. They
  // have a limit of their own.
  const auto uncancelled = asio::disable_cancellation();
  co_await asio::this_coro::reset_cancellation_state(uncancelled);
  TaskGroup proofs(executor, [](const std::exception_ptr& error) {
    std::rethrow_exception(error);
  });
  for (auto& record : *records)
    proofs.spawn(prove_into(std::move(record), timers, limit, found));
  co_await proofs.wait();
  std::vector<Instance> instances;
  for (auto& [name, instance] : found) instances.push_back(std::move(instance));
  co_return instances;
}

}  // namespace berth::provider
