#include "registry/running.h"

namespace berth::registry {

Error not_running(const std::string& name) {
  return {Errc::not_found, "no such running instance: " + name,
          "start it: berth start " + name};
}

namespace {

Result<Record> running(const Entry& entry) {
  switch (entry.liveness) {
    case Liveness::alive:
      if (entry.record) return *entry.record;
      break;
    case Liveness::dead:
      return Error{
          Errc::not_found,
          "no such running instance, it crashed: " + entry.name,
          "see berth logs " + entry.name + ", then berth start " + entry.name};
    case Liveness::stopped:
      return not_running(entry.name);
    case Liveness::unknown:
      break;
  }
  return Error{
      Errc::failed,
      "its record cannot be used, " + entry.problem + ": " + entry.name,
      "see berth doctor"};
}

}  // namespace

Result<Record> running(const Result<Entry>& found, const std::string& name) {
  if (found) return running(*found);
  if (found.error().code == Errc::not_found) return not_running(name);
  return found.error();
}

}  // namespace berth::registry
