// How the supervisor starts an instance: without waiting for it.
#pragma once

#include <functional>
#include <string>

#include "launcher/failure.h"

namespace berth::launcher {

class Starter {
 public:
  // Whether it is ready, or why not; a failure may be one of "not yet".
  using Done = std::function<void(const Outcome<void>&)>;

  virtual ~Starter() = default;

  // Begins to start a profile; `done` is called once, never from inside.
  virtual void start(const std::string& name, Done done) = 0;
};

}  // namespace berth::launcher
