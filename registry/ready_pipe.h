// How a program of the house tells who started it how the start ended. Blocking
// for one write; one thread.
#pragma once

#include <string>

#include "registry/base/result.h"
#include "registry/record.h"

namespace berth::registry {

// One line of JSON on descriptor 4, which is then closed. Without that
// descriptor (`berth run`, a service manager): a line on stdout, or the error
// on stderr.
class ReadyPipe {
 public:
  ReadyPipe();
  void ready(const Record& record);
  // Returns the exit code that the command line documents for `error`.
  int failed(const Error& error);

 private:
  void send(const std::string& line);
  bool piped_;
};

}  // namespace berth::registry
