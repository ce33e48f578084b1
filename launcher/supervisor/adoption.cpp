#include "launcher/supervisor/adoption.h"

#include "registry/base/log.h"
#include "registry/base/process_end.h"

namespace berth::launcher {

Adoption::Adoption(asio::any_io_executor executor, Gone gone)
    : gone_(std::move(gone)),
      tasks_(std::move(executor), log::failure("watching a process failed")) {}

void Adoption::adopt(const registry::Entry& entry) {
  if (entry.liveness != registry::Liveness::alive || !entry.record) return;
  const auto& record = *entry.record;
  if (record.pid_namespace != own_pid_namespace()) return;
  if (std::exchange(known_[record.name], record.id) == record.id) return;
  tasks_.spawn(watch(record));
}

asio::awaitable<void> Adoption::watch(registry::Record record) {
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);
  auto process = ProcessHandle::open(record.pid);
  // Opened first and looked at afterwards: the handle holds who was looked at.
  const bool same = process && start_ticks_of(record.pid) == record.start_ticks;
  bool over = !same;
  if (same) over = co_await process_end(std::move(*process));
  const auto found = known_.find(record.name);
  if (found != known_.end() && found->second == record.id) known_.erase(found);
  if (over) gone_(record.name);
}

asio::awaitable<void> Adoption::stop() {
  tasks_.cancel();
  co_await tasks_.wait();
}

}  // namespace berth::launcher
