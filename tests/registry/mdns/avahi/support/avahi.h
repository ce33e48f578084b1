// What the tests of the Avahi backend do to its daemons, those of
// tests/with_mdns.
#pragma once

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "registry/base/random.h"
#include "tests/registry/mdns/support/link.h"
#include "tests/registry/mdns/support/watcher.h"
#include "tests/support/catch.h"
#include "tests/support/io.h"

namespace berth::test {

inline mdns::Service sample(std::uint16_t port = 8766) {
  return {.id = random_uuid(), .port = port, .chain_id = "0xaa36a7"};
}

inline std::unique_ptr<mdns::Publication> publish(mdns::Mdns& mdns,
                                                  const mdns::Service& service,
                                                  Told& told) {
  auto publication = mdns.publish(service, told.on_status());
  REQUIRE(publication);
  return std::move(*publication);
}

inline void shell(const std::string& command) {
  REQUIRE(std::system(command.c_str()) == 0);
}

// What happens in this time happens; nothing is waited for.
inline void run_for(asio::io_context& io, std::chrono::milliseconds time) {
  AsioTimers timers(io.get_executor());
  bool over = false;
  const Alarm alarm = timers.after(time, [&over] { over = true; });
  run_until(io, [&] { return over; });
}

// A daemon, "avahi" or "bus", that stands still until this goes.
class Stopped {
 public:
  explicit Stopped(const std::string& daemon) {
    std::ifstream(std::getenv("MDNS_RUN") + ("/" + daemon + ".pid")) >> pid_;
    REQUIRE(::kill(pid_, SIGSTOP) == 0);
  }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;
  ~Stopped() { ::kill(pid_, SIGCONT); }

 private:
  pid_t pid_ = 0;
};

inline void stop_avahi() {
  shell(
      "kill $(cat $MDNS_RUN/avahi.pid) && "
      "tail --pid=$(cat $MDNS_RUN/avahi.pid) -s 0.02 -f /dev/null");
}

inline void start_avahi() {
  shell(BERTH_SOURCE_DIR "/tests/with_mdns --start-avahi");
}

// avahi-daemon ends with its bus.
inline void kill_bus() {
  shell(
      "kill -9 $(cat $MDNS_RUN/bus.pid); "
      "tail --pid=$(cat $MDNS_RUN/avahi.pid) -s 0.02 -f /dev/null");
}

inline void start_both() {
  shell(BERTH_SOURCE_DIR "/tests/with_mdns --start-bus");
  start_avahi();
}

// avahi-daemon with one line more in a section of its configuration, until
// this goes.
class Configured {
 public:
  Configured(const std::string& section, const std::string& line) {
    shell("cp $MDNS_RUN/avahi.conf $MDNS_RUN/avahi.before && sed -i '/^\\[" +
          section + "\\]/a " + line + "' $MDNS_RUN/avahi.conf");
    restart();
  }
  Configured(const Configured&) = delete;
  Configured& operator=(const Configured&) = delete;
  ~Configured() { end(); }

  void end() {
    if (std::exchange(ended_, true)) return;
    shell("mv $MDNS_RUN/avahi.before $MDNS_RUN/avahi.conf");
    restart();
  }

 private:
  static void restart() {
    stop_avahi();
    start_avahi();
  }

  bool ended_ = false;
};

}  // namespace berth::test
