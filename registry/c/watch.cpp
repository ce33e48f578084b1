// Watching the registry by a descriptor. The library's thread notes what is
// different; what that amounts to is worked out when the caller asks.
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "registry/c/handles.h"
#include "registry/c/ready_fd.h"
#include "registry/difference.h"

using berth::c::Outcome;
using berth::registry::Entry;
using berth::registry::Event;
using berth::registry::Registry;
namespace c = berth::c;

struct berth_watch final : c::Guest {
  berth_watch(std::shared_ptr<c::Session> s, c::ReadyFd fd)
      : session(std::move(s)), ready(std::move(fd)) {}

  void end() override {
    running.reset();
    const std::lock_guard lock(mutex);
    closed = true;
    ready.set();
  }

  // On the library's thread.
  void note(const Event& event) {
    const std::lock_guard lock(mutex);
    const auto& name = event.entry.name;
    if (event.what == Event::What::rescanning)
      rescanning = true;
    else if (event.what != Event::What::removed)
      fresh[name] = event.entry;
    else if (told.known(name) != nullptr)
      fresh[name] = std::nullopt;
    else
      fresh.erase(name);  // came and went unseen, and takes no memory
    ready.set();
  }

  // nullopt: nothing now.
  std::optional<Event> next() {
    if (std::exchange(rescanning, false))
      return Event{Event::What::rescanning, {}};
    while (!fresh.empty()) {
      auto first = fresh.extract(fresh.begin());
      auto event = told.update(first.key(), std::move(first.mapped()));
      if (event) return event;
    }
    return std::nullopt;
  }

  const std::shared_ptr<c::Session> session;
  c::ReadyFd ready;
  std::unique_ptr<berth::registry::Watch> running;  // the library's thread's

  std::mutex mutex;  // for the rest
  bool closed = false;
  bool rescanning = false;
  // What differs from what the caller was told; nullopt: gone. One a name, so
  // a caller that never asks costs no more than the registry holds.
  std::map<std::string, std::optional<Entry>> fresh;
  berth::registry::Difference told;
  berth_record shown;  // what the caller holds
};

namespace {

berth_event event_of(Event::What what) {
  switch (what) {
    case Event::What::added:
      return BERTH_ADDED;
    case Event::What::changed:
      return BERTH_CHANGED;
    case Event::What::removed:
      return BERTH_REMOVED;
    case Event::What::crashed:
      return BERTH_DIED;
    case Event::What::rescanning:
      return BERTH_RESCANNING;
  }
  return BERTH_NOTHING;
}

Outcome<void> start(Registry& files, berth_watch& watch) {
  auto running =
      files.watch([&watch](const Event& event) { watch.note(event); });
  if (!running) return running.error();
  watch.running = std::move(*running);
  watch.session->enter(watch);
  return {};
}

Outcome<void> take_next(berth_watch& watch, berth_event& event,
                        const berth_record** record) {
  const std::lock_guard lock(watch.mutex);
  if (watch.closed) return c::Session::closed();
  auto next = watch.next();
  if (!next) watch.ready.clear();
  event = next ? event_of(next->what) : BERTH_NOTHING;
  const bool has_record = next && next->what != Event::What::rescanning;
  if (has_record) watch.shown.entry = std::move(next->entry);
  if (record != nullptr) *record = has_record ? &watch.shown : nullptr;
  return {};
}

}  // namespace

berth_code berth_watch_open(berth_registry* registry, berth_watch** watch,
                            berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (registry == nullptr) return c::missing("registry");
    if (watch == nullptr) return c::missing("watch");
    auto ready = c::ReadyFd::make();
    if (!ready) return ready.error();
    auto made =
        std::make_unique<berth_watch>(registry->session, std::move(*ready));
    auto ok = made->session->run(
        [&](Registry& files) { return start(files, *made); });
    if (!ok) return ok;
    *watch = made.release();
    return {};
  });
}

int berth_watch_fd(const berth_watch* watch) {
  return watch == nullptr ? -1 : watch->ready.get();
}

berth_code berth_watch_next(berth_watch* watch, berth_event* event,
                            const berth_record** record, berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (watch == nullptr) return c::missing("watch");
    if (event == nullptr) return c::missing("event");
    if (auto ok = watch->session->check_process(); !ok) return ok;
    return take_next(*watch, *event, record);
  });
}

void berth_watch_close(berth_watch* watch) {
  if (watch == nullptr) return;
  (void)c::guarded(nullptr, [&]() -> Outcome<void> {
    // The parent's, in a child of a fork: there it stays.
    if (auto ok = watch->session->check_process(); !ok) return ok;
    const std::unique_ptr<berth_watch> freed(watch);
    return freed->session->run([&](Registry&) -> Outcome<void> {
      freed->session->leave(*freed);
      freed->running.reset();
      return {};
    });
  });
}
