// berthd's own record: where it is found, and what it tells all who read the
// registry of instances that live and are not well. Any thread.
#pragma once

#include <map>
#include <string>

#include "registry/entry.h"

namespace berth::launcher {

inline constexpr const char* kManagerName = "@berthd";

// Of one run of a profile, so that it says nothing of the next.
struct Told {
  std::string id;      // of the instance's record
  std::string status;  // "degraded" or "unresponsive"

  bool operator==(const Told&) const = default;
};

struct ManagerNews {
  std::map<std::string, Told> told;  // by name; at most kMaxTold are published
  // Counts what changed in state files, which give no notice by themselves.
  unsigned revision = 0;

  // What fits a record's `extra`, at 63 bytes of name and 36 of id.
  static constexpr std::size_t kMaxTold = 90;

  bool operator==(const ManagerNews&) const = default;
};

// As a record's `extra`.
[[nodiscard]] std::string to_json(const ManagerNews& news);
// Of berthd's entry; none where it does not live.
[[nodiscard]] ManagerNews news_of(const registry::Entry& entry);

}  // namespace berth::launcher
