// The C library in a test: handles that free themselves, and calls that must
// succeed.
#pragma once

#include <berth.h>
#include <poll.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/registry/support/owner_process.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace berth::test::c {

template <auto end>
struct Ends {
  template <class T>
  void operator()(T* handle) const {
    (void)end(handle);
  }
};
inline void withdraw(berth_publication* p) { (void)berth_withdraw(p, nullptr); }

using Registry = std::unique_ptr<berth_registry, Ends<berth_close>>;
using Record = std::unique_ptr<berth_record, Ends<berth_record_free>>;
using Records = std::unique_ptr<berth_records, Ends<berth_records_free>>;
using Publication = std::unique_ptr<berth_publication, Ends<withdraw>>;
using Watch = std::unique_ptr<berth_watch, Ends<berth_watch_close>>;
using Claim = std::unique_ptr<berth_claim, Ends<berth_claim_release>>;

// For what a test only stands on.
inline void must(berth_code code, const berth_error& error) {
  if (code != BERTH_OK) throw std::runtime_error(error.message);
}

inline Registry open(const std::filesystem::path& directory) {
  berth_error error;
  berth_registry* registry = nullptr;
  must(berth_open(directory.c_str(), &registry, &error), error);
  return Registry(registry);
}

inline Record make_record(const char* name, int port = 8766) {
  berth_error error;
  berth_record* record = nullptr;
  must(berth_record_new(name, &record, &error), error);
  Record made(record);
  must(berth_record_set_number(record, BERTH_KEY_PORT, port, &error), error);
  return made;
}

inline void set(const Record& record, berth_key key, const char* text) {
  berth_error error;
  must(berth_record_set_text(record.get(), key, text, &error), error);
}
inline void set(const Record& record, berth_key key, int number) {
  berth_error error;
  must(berth_record_set_number(record.get(), key, number, &error), error);
}

inline Publication publish(const Registry& registry, const Record& record) {
  berth_error error;
  berth_publication* publication = nullptr;
  must(berth_publish(registry.get(), record.get(), &publication, &error),
       error);
  return Publication(publication);
}

inline Record find(const Registry& registry, const char* name) {
  berth_error error;
  berth_record* record = nullptr;
  must(berth_find(registry.get(), name, &record, &error), error);
  return Record(record);
}

inline Watch watch(const Registry& registry) {
  berth_error error;
  berth_watch* watch = nullptr;
  must(berth_watch_open(registry.get(), &watch, &error), error);
  return Watch(watch);
}

inline std::string text(const Record& record, berth_key key) {
  return berth_record_text(record.get(), key);
}
inline long number(const Record& record, berth_key key) {
  return berth_record_number(record.get(), key);
}

inline bool readable(int fd, int limit_ms) {
  pollfd item{fd, POLLIN, 0};
  return ::poll(&item, 1, limit_ms) > 0;
}

// The next event as "added alice", waited for; "nothing" after 10 s.
inline std::string next(const Watch& watch) {
  static const char* const kWords[] = {"nothing", "added", "changed",
                                       "removed", "died",  "rescanning"};
  for (;;) {
    berth_error error;
    berth_event event = BERTH_NOTHING;
    const berth_record* record = nullptr;
    must(berth_watch_next(watch.get(), &event, &record, &error), error);
    const bool more =
        event == BERTH_NOTHING && readable(berth_watch_fd(watch.get()), 10000);
    if (more) continue;
    std::string said = kWords[event];
    if (record)
      said += std::string(" ") + berth_record_text(record, BERTH_KEY_NAME);
    return said;
  }
}

}  // namespace berth::test::c
