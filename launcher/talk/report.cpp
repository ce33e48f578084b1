#include <iostream>

#include "launcher/talk/talk.h"
#include "registry/base/text.h"

namespace berth::talk {

int report(const Error& error) {
  std::cerr << "berth: " << visible(error.message) << '\n';
  if (!error.hint.empty()) std::cerr << visible(error.hint) << '\n';
  switch (error.code) {
    case Errc::invalid:
      return kUsage;
    case Errc::not_found:
      return kNotRunning;
    case Errc::timed_out:
      return kTimedOut;
    default:
      return kFailed;
  }
}

}  // namespace berth::talk
