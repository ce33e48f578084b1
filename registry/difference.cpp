#include "registry/difference.h"

#include <set>

namespace berth::registry {
namespace {

bool same_owner(const Entry& a, const Entry& b) {
  return a.record && b.record && a.record->id == b.record->id;
}

Event::What change_between(const Entry& before, const Entry& after) {
  // Dead under another id: a new owner came and died between two looks.
  const bool died =
      after.liveness == Liveness::dead &&
      (before.liveness == Liveness::alive || !same_owner(before, after));
  return died ? Event::What::crashed : Event::What::changed;
}

}  // namespace

const char* to_string(Event::What what) {
  switch (what) {
    case Event::What::added:
      return "added";
    case Event::What::changed:
      return "changed";
    case Event::What::removed:
      return "removed";
    case Event::What::crashed:
      return "crashed";
    case Event::What::rescanning:
      return "rescanning";
  }
  return "changed";
}

const Entry* Difference::known(const std::string& name) const {
  const auto found = known_.find(name);
  return found == known_.end() ? nullptr : &found->second;
}

std::optional<Event> Difference::update(const std::string& name,
                                        std::optional<Entry> entry) {
  const auto found = known_.find(name);
  if (!entry) {
    if (found == known_.end()) return std::nullopt;
    Event event{Event::What::removed, std::move(found->second)};
    known_.erase(found);
    return event;
  }
  if (found == known_.end()) {
    known_.emplace(name, *entry);
    return Event{Event::What::added, std::move(*entry)};
  }
  if (found->second == *entry) return std::nullopt;
  const auto what = change_between(found->second, *entry);
  found->second = *entry;
  return Event{what, std::move(*entry)};
}

std::vector<Event> Difference::update_all(std::vector<Entry> entries) {
  std::set<std::string> gone;
  for (const auto& [name, entry] : known_) gone.insert(name);
  std::vector<Event> events;
  for (auto& entry : entries) {
    const std::string name = entry.name;
    gone.erase(name);
    if (auto event = update(name, std::move(entry)))
      events.push_back(std::move(*event));
  }
  for (const auto& name : gone)
    if (auto event = update(name, std::nullopt))
      events.push_back(std::move(*event));
  return events;
}

}  // namespace berth::registry
