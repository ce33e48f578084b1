// DNS-SD on this machine: a hint that an instance is there, for programs which
// know mDNS better than the registry. It may come late, be wrong or be missing,
// and never delays or fails anything: no call here waits, and nothing that
// happens to the mDNS daemon is an error of the caller's. The registry is the
// truth.
//
// One thread: every call and every callback on that of the executor the Mdns
// was made with. Callbacks never come from inside a call; one may destroy
// whatever it likes. At a crash of the process the daemon withdraws all.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "registry/base/result.h"
#include "registry/base/timers.h"
#include "registry/mdns/service.h"

namespace berth::mdns {

struct Status {
  enum class State {
    disabled,     // switched off, or built without a backend; `reason` says it
    connecting,   // looking for the daemon
    registering,  // the daemon was told (of a browser: it is being asked)
    published,    // as `name` (of a browser: it runs)
    denied,       // by the system's policy; not tried again, with Avahi until
                  // its daemon is started anew
    unavailable,  // for `reason`; tried again without end, 250 ms to 30 s apart
  };
  State state = State::connecting;
  std::string name;
  std::string reason;

  bool operator==(const Status&) const = default;
};
using OnStatus = std::function<void(const Status&)>;

// Keeps one service published, through restarts of the daemon. Destroying it
// withdraws the service and does not wait for that.
class Publication {
 public:
  virtual ~Publication() = default;
  // Other facts under the same id, else Errc::invalid; on an error nothing
  // changes.
  [[nodiscard]] virtual Result<void> update(const Service& service) = 0;
  [[nodiscard]] virtual const Status& status() const = 0;
};

// A record of our type on this machine, whoever published it.
struct Seen {
  std::string name;  // as published; not yet fit for a terminal
  std::uint16_t port = 0;
  // Why it is none of ours by its form; then `service` is empty.
  std::string problem;
  Service service;

  bool operator==(const Seen&) const = default;
};

struct Sighting {
  enum class What {
    found,    // or its facts changed
    lost,     // withdrawn; only `name` is set
    settled,  // what was there when browsing began has been told; again after
              // each restart of the daemon. No `seen`
  };
  What what;
  Seen seen;
};
using OnSighting = std::function<void(const Sighting&)>;

// A running browser. Destroying it ends it. After a restart of the daemon what
// was seen before is told as lost, then what is there as found.
class Browser {
 public:
  virtual ~Browser() = default;
  [[nodiscard]] virtual const Status& status() const = 0;
};

// One connection to the daemon for all that it publishes and browses. Must
// outlive those.
class Mdns {
 public:
  virtual ~Mdns() = default;
  // Errc::invalid as check() has it; nothing else fails. `on_status` is told of
  // every change, and may be empty.
  [[nodiscard]] virtual Result<std::unique_ptr<Publication>> publish(
      const Service& service, OnStatus on_status) = 0;
  // Either callback may be empty.
  [[nodiscard]] virtual std::unique_ptr<Browser> browse(OnSighting on_sighting,
                                                        OnStatus on_status) = 0;
};

// The backend that this build has: "avahi", "dns_sd" or "none".
[[nodiscard]] std::string_view backend_name();

// That backend. `timers` must outlive it.
[[nodiscard]] std::unique_ptr<Mdns> make_mdns(
    boost::asio::any_io_executor executor, Timers& timers);
// One that is disabled for `reason`, e.g. "off in config.json".
[[nodiscard]] std::unique_ptr<Mdns> make_disabled(
    boost::asio::any_io_executor executor, std::string reason);

// Nothing can be published or seen, at least for now.
[[nodiscard]] bool is_down(const Status& status);
// "published as berth-7f9c24e8", "unavailable: <reason>", for people.
[[nodiscard]] std::string describe(const Status& status);
[[nodiscard]] const char* to_string(Status::State state);

}  // namespace berth::mdns
