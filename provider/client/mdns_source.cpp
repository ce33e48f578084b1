#include "provider/client/mdns_source.h"

#include <algorithm>
#include <map>

#include "provider/client/http.h"

namespace berth::provider {
namespace {

using registry::Record;

Result<Record> record_of(const mdns::Service& seen,
                         registry::Registry& registry) {
  auto entries = registry.list();
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    const bool same =
        entry.liveness == registry::Liveness::alive && entry.record &&
        entry.record->kind == registry::Kind::wallet &&
        entry.record->id == seen.id && entry.record->endpoint.port == seen.port;
    if (same) return *entry.record;
  }
  return Error{Errc::untrusted,
               "an mDNS record that no running instance stands behind: port " +
                   std::to_string(seen.port),
               "see: berth list --mdns"};
}

// By service name. `timers` and `mdns` must outlive the call.
asio::awaitable<std::vector<mdns::Service>> browse(
    mdns::Mdns& mdns, Timers& timers, Timers::Clock::duration limit) {
  const auto executor = co_await asio::this_coro::executor;
  Event over(executor);
  std::map<std::string, mdns::Service> seen;
  const Alarm alarm = timers.after(limit, [&over] { over.set(); });
  const auto browser = mdns.browse(
      [&](const mdns::Sighting& sighting) {
        if (sighting.what == mdns::Sighting::What::settled) return over.set();
        seen.erase(sighting.seen.name);
        if (sighting.what == mdns::Sighting::What::found &&
            sighting.seen.problem.empty())
          seen.emplace(sighting.seen.name, sighting.seen.service);
      },
      [&over](const mdns::Status& status) {
        if (mdns::is_down(status)) over.set();
      });
  co_await over.wait();
  std::vector<mdns::Service> services;
  for (auto& [name, service] : seen) services.push_back(std::move(service));
  co_return services;
}

// `found` must outlive the call.
asio::awaitable<void> confirm_into(mdns::Service seen,
                                   registry::Registry& registry, Timers& timers,
                                   Timers::Clock::duration limit,
                                   std::map<std::string, Instance>& found) {
  auto instance = co_await confirm(std::move(seen), registry, timers, limit);
  if (instance) found.insert_or_assign(instance->name, std::move(*instance));
}

}  // namespace

asio::awaitable<Result<Instance>> confirm(mdns::Service seen,
                                          registry::Registry& registry,
                                          Timers& timers,
                                          Timers::Clock::duration limit) {
  auto record = record_of(seen, registry);
  if (!record) co_return record.error();
  auto proven = co_await prove(*record, timers, limit);
  if (!proven) co_return proven.error();
  co_return to_instance(*record);
}

asio::awaitable<std::vector<Instance>> find_by_mdns(
    mdns::Mdns& mdns, registry::Registry& registry, Timers& timers,
    Timers::Clock::duration limit) {
  const auto executor = co_await asio::this_coro::executor;
  auto services = co_await browse(mdns, timers, limit);
  std::map<std::string, Instance> found;
  // The proofs write into this frame: it waits for them, cancelled or not. They
  // have a limit of their own.
  const auto uncancelled = asio::disable_cancellation();
  co_await asio::this_coro::reset_cancellation_state(uncancelled);
  TaskGroup proofs(executor, [](const std::exception_ptr& error) {
    std::rethrow_exception(error);
  });
  for (auto& service : services)
    proofs.spawn(
        confirm_into(std::move(service), registry, timers, limit, found));
  co_await proofs.wait();
  std::vector<Instance> instances;
  for (auto& [name, instance] : found) instances.push_back(std::move(instance));
  co_return instances;
}

}  // namespace berth::provider
