#include "registry/mdns/mdns.h"

namespace berth::mdns {

const char* to_string(Status::State state) {
  switch (state) {
    case Status::State::disabled:
      return "disabled";
    case Status::State::connecting:
      return "connecting";
    case Status::State::registering:
      return "registering";
    case Status::State::published:
      return "published";
    case Status::State::denied:
      return "denied";
    case Status::State::unavailable:
      return "unavailable";
  }
  return "unavailable";
}

bool is_down(const Status& status) {
  return status.state == Status::State::disabled ||
         status.state == Status::State::denied ||
         status.state == Status::State::unavailable;
}

std::string describe(const Status& status) {
  std::string text = to_string(status.state);
  if (!status.name.empty()) text += " as " + status.name;
  if (!status.reason.empty()) text += ": " + status.reason;
  return text;
}

}  // namespace berth::mdns
