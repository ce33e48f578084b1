// The registry of instances: who runs, and where. One interface, whatever
// keeps the records: files (file_registry.h), later the store of a fleet.
//
// One thread: every call, and every callback, on the thread of the executor
// that the implementation was made with. announce(), list(), find() and reap()
// block for a few system calls, or where said for at most a time limit.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/entry.h"

namespace berth::registry {

// What happens to a published record without its owner's doing.
enum class Standing {
  healed,   // it was removed, replaced, changed or opened up: published again
  failing,  // it cannot be published again for now; tried every second
  lost,     // another live owner has the name: stop. Nothing follows
};
// `error` says what was found. May be empty: then nobody is told.
using OnStanding = std::function<void(Standing, const Error& error)>;

// Keeps one record published. Destroying it withdraws the record; a crash of
// the process leaves it behind as dead, by the kernel, within microseconds.
class Registration {
 public:
  virtual ~Registration() = default;

  // Replaces the record as a whole; readers see the old or the new one. On
  // failure the old one stays. The name must stay the same. Errc::failed once
  // it was withdrawn or lost.
  [[nodiscard]] virtual Result<void> change(const Record& record) = 0;
  // Takes it out; only ever the own one. Later calls do nothing.
  [[nodiscard]] virtual Result<void> withdraw() = 0;
  [[nodiscard]] virtual const Record& record() const = 0;
};

struct Event {
  enum class What {
    added,       // also: each present entry when the watch starts, dead or not
    changed,     // another record, or a new owner
    removed,     // withdrawn or reaped
    crashed,     // the owner died; the dead record is still there
    rescanning,  // events may have been missed; differences follow. No entry
  };
  What what;
  Entry entry;  // the present one; for `removed` the last one known
};
using OnEvent = std::function<void(const Event&)>;

// A running watch; destroying it, also from its own callback, ends it.
class Watch {
 public:
  virtual ~Watch() = default;
};

class Registry {
 public:
  virtual ~Registry() = default;

  // Publishes a record. Errc::already_running: a live owner has the name, the
  // message says who. A dead record is taken over. May block up to 10 s while
  // other processes are busy with the name (Errc::timed_out).
  [[nodiscard]] virtual Result<std::unique_ptr<Registration>> announce(
      const Record& record, OnStanding on_standing) = 0;

  // All entries in name order; what cannot be judged is among them.
  [[nodiscard]] virtual Result<std::vector<Entry>> list() = 0;

  // Errc::not_found: nothing stands under that name.
  [[nodiscard]] virtual Result<Entry> find(const std::string& name) = 0;

  // Tells the present state as `added`, then every change. Never from inside
  // this call.
  [[nodiscard]] virtual Result<std::unique_ptr<Watch>> watch(
      OnEvent on_event) = 0;

  // Removes a dead record; false: there was none, or it is alive.
  [[nodiscard]] virtual Result<bool> reap(const std::string& name) = 0;
};

[[nodiscard]] const char* to_string(Event::What what);

}  // namespace berth::registry
