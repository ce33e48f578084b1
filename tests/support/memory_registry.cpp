#include "tests/support/memory_registry.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <list>
#include <map>
#include <utility>

#include "registry/difference.h"

namespace berth::test {

namespace asio = boost::asio;
using namespace registry;

namespace {

struct Watching {
  OnEvent on_event;
  Difference known;
};

struct Place {
  Entry entry;
  const void* owner = nullptr;  // the living Registration
  OnStanding on_standing;
};

}  // namespace

struct MemoryRegistry::State {
  explicit State(asio::any_io_executor e) : executor(std::move(e)) {}

  // Every watch looks at the whole registry, in a later turn of the loop.
  void changed() {
    for (const auto& watch : watches) look(watch);
  }

  void look(const std::shared_ptr<Watching>& watch) {
    asio::post(executor, [this, weak = std::weak_ptr(watch)] {
      const auto alive = weak.lock();
      if (!alive) return;
      for (const auto& event : alive->known.update_all(entries())) {
        const OnEvent call = alive->on_event;  // it may end the watch
        if (call) call(event);
      }
    });
  }

  [[nodiscard]] std::vector<Entry> entries() const {
    std::vector<Entry> all;
    for (const auto& [name, place] : places) all.push_back(place.entry);
    return all;
  }

  asio::any_io_executor executor;
  std::map<std::string, Place> places;
  std::list<std::shared_ptr<Watching>> watches;
};

namespace {

using State = MemoryRegistry::State;

class MemoryRegistration : public Registration {
 public:
  MemoryRegistration(std::shared_ptr<State> state, Record record)
      : state_(std::move(state)), record_(std::move(record)) {}
  MemoryRegistration(const MemoryRegistration&) = delete;
  MemoryRegistration& operator=(const MemoryRegistration&) = delete;
  ~MemoryRegistration() override { (void)withdraw(); }

  Result<void> change(const Record& record) override {
    if (auto ok = check(record); !ok) return ok;
    if (record.name != record_.name)
      return Error{Errc::invalid, "a record keeps its name: " + record_.name};
    Place* place = own_place();
    if (place == nullptr)
      return Error{Errc::failed, "no longer published: " + record_.name};
    record_ = record;
    place->entry.record = record;
    state_->changed();
    return {};
  }

  Result<void> withdraw() override {
    if (own_place() == nullptr) return {};
    state_->places.erase(record_.name);
    state_->changed();
    return {};
  }

  const Record& record() const override { return record_; }

 private:
  Place* own_place() {
    const auto found = state_->places.find(record_.name);
    const bool own =
        found != state_->places.end() && found->second.owner == this;
    return own ? &found->second : nullptr;
  }

  std::shared_ptr<State> state_;
  Record record_;
};

class MemoryWatch : public Watch {
 public:
  MemoryWatch(std::shared_ptr<State> state, OnEvent on_event)
      : state_(std::move(state)), watching_(std::make_shared<Watching>()) {
    watching_->on_event = std::move(on_event);
    state_->watches.push_back(watching_);
    state_->look(watching_);
  }
  MemoryWatch(const MemoryWatch&) = delete;
  MemoryWatch& operator=(const MemoryWatch&) = delete;
  ~MemoryWatch() override {
    watching_->on_event = nullptr;
    state_->watches.remove(watching_);
  }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<Watching> watching_;
};

}  // namespace

MemoryRegistry::MemoryRegistry(asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(executor))) {}

MemoryRegistry::~MemoryRegistry() = default;

Result<std::unique_ptr<Registration>> MemoryRegistry::announce(
    const Record& record, OnStanding on_standing) {
  if (auto ok = check(record); !ok) return ok.error();
  const auto found = state_->places.find(record.name);
  if (found != state_->places.end() &&
      found->second.entry.liveness == Liveness::alive)
    return Error{Errc::already_running, "already running: " + record.name};
  auto made = std::make_unique<MemoryRegistration>(state_, record);
  state_->places[record.name] = {{record.name, Liveness::alive, record, {}},
                                 made.get(),
                                 std::move(on_standing)};
  state_->changed();
  return std::unique_ptr<Registration>(std::move(made));
}

Result<std::vector<Entry>> MemoryRegistry::list() { return state_->entries(); }

Result<Entry> MemoryRegistry::find(const std::string& name) {
  const auto found = state_->places.find(name);
  if (found == state_->places.end())
    return Error{Errc::not_found, "no record: " + name};
  return found->second.entry;
}

Result<std::unique_ptr<Watch>> MemoryRegistry::watch(OnEvent on_event) {
  return std::unique_ptr<Watch>(
      std::make_unique<MemoryWatch>(state_, std::move(on_event)));
}

Result<bool> MemoryRegistry::reap(const std::string& name) {
  const auto found = state_->places.find(name);
  if (found == state_->places.end() ||
      found->second.entry.liveness == Liveness::alive)
    return false;
  state_->places.erase(found);
  state_->changed();
  return true;
}

void MemoryRegistry::crash(const std::string& name) {
  Place& place = state_->places.at(name);
  place.entry.liveness = Liveness::dead;
  place.owner = nullptr;
  state_->changed();
}

void MemoryRegistry::lose(const std::string& name) {
  Place& place = state_->places.at(name);
  place.owner = nullptr;
  const OnStanding call = std::exchange(place.on_standing, nullptr);
  asio::post(state_->executor, [call, name] {
    if (call)
      call(Standing::lost, {Errc::already_running, "already running: " + name});
  });
}

}  // namespace berth::test
