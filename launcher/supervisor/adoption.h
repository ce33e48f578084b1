// Takes instances that somebody else started into its care: a second way, on
// the process itself, to learn of a death that the registry's watch missed.
// One thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "registry/base/async.h"
#include "registry/entry.h"

namespace berth::launcher {

class Adoption {
 public:
  using Gone = std::function<void(const std::string& name)>;

  // `gone`: the process of that name's record has ended.
  Adoption(asio::any_io_executor executor, Gone gone);

  // Of an owner that lives; one that is known, or whose pid is not ours to
  // look at (a container), costs nothing.
  void adopt(const registry::Entry& entry);

  // Lets go of all. Before destruction.
  asio::awaitable<void> stop();

 private:
  asio::awaitable<void> watch(registry::Record record);

  Gone gone_;
  std::map<std::string, std::string> known_;  // name, id
  TaskGroup tasks_;
};

}  // namespace berth::launcher
