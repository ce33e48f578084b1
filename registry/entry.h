// What a reader of the registry sees under one name.
#pragma once

#include <optional>
#include <string>

#include "registry/record.h"

namespace berth::registry {

enum class Liveness {
  alive,    // its owner runs
  dead,     // its owner died without withdrawing it: a crash
  stopped,  // dead, and the machine was restarted since: no crash
  unknown,  // cannot be judged; `problem` says why. Nobody deletes it
};

struct Entry {
  std::string name;
  Liveness liveness = Liveness::unknown;
  // Missing when the file is damaged, foreign or of a newer format; its owner
  // may be alive all the same.
  std::optional<Record> record;
  // Why `record` is missing or `liveness` unknown, for people; else empty.
  std::string problem;

  bool operator==(const Entry&) const = default;
};

[[nodiscard]] const char* to_string(Liveness liveness);

}  // namespace berth::registry
