// What avahi-daemon is to this process: there or not, running or not, and the
// one connection to it. Whatever goes wrong with the connection, there is one
// way back: it is thrown away, and with it, in the daemon, all that was made
// through it; then everything begins anew. D-Bus interface:
// avahi-daemon/*.introspect in Avahi 0.8. One thread. Internal to the Avahi
// backend.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "registry/base/backoff.h"
#include "registry/base/bus.h"
#include "registry/mdns/mdns.h"

namespace berth::mdns {

// AVAHI_PROTO_INET: the loopback interface has no IPv6 multicast, and
// publishing both would leave a record behind now and then.
inline constexpr std::int32_t kProtocolInet = 0;
inline constexpr std::uint32_t kNoFlags = 0;

// The interface of what the daemon has at "/".
inline constexpr const char* kAvahiServer = "org.freedesktop.Avahi.Server";

// A signal of the daemon's.
struct AvahiSignal {
  std::string path;
  std::string interface;  // "org.freedesktop.Avahi.EntryGroup"
  std::string member;     // "StateChanged"
  sd_bus_message* message;
};

class AvahiClient {
 public:
  // What lives in the daemon for us; each registers itself for its life.
  class Object {
   public:
    virtual ~Object() = default;
    // The daemon runs, and knows nothing of this object.
    virtual void up() = 0;
    // The daemon does not run (any more); `why` is the status to show.
    virtual void down(const Status& why) = 0;
    virtual void on_signal(const AvahiSignal& signal) = 0;
  };

  AvahiClient(boost::asio::any_io_executor executor, Timers& timers);

  // Calls up() or down() at once; the first object starts the connection.
  void add(Object& object);
  void remove(Object& object);

  // Only while the daemon runs. `path` of an object, "/" of the server.
  [[nodiscard]] Bus::Request request(const std::string& path,
                                     const char* interface, const char* member);
  [[nodiscard]] Bus::Call call(Bus::Request request, Bus::OnReply on_reply);
  void send(Bus::Request request);
  [[nodiscard]] bool is_up() const { return up_; }
  // The daemon is about to make an object for a call that nobody waits for any
  // more: what it makes is freed. `interface` is the object's.
  void abandon(Bus::Call call, const char* interface);
  // Nobody answered, or not what was asked for: begin anew.
  void give_up(const std::string& reason);

  [[nodiscard]] const boost::asio::any_io_executor& executor() const {
    return executor_;
  }
  [[nodiscard]] Timers& timers() const { return timers_; }

 private:
  void connect();
  void ask_owner();
  void owner_is(const std::string& owner);
  void ask_state();
  void state_is(std::int32_t state);
  void start_over(Status::State state, const std::string& reason,
                  Timers::Clock::duration delay);
  void set_up();
  void set_down(Status::State state, const std::string& reason);
  void on_signal(sd_bus_message* message);
  void owner_changed(sd_bus_message* message);

  boost::asio::any_io_executor executor_;
  Timers& timers_;
  Backoff backoff_;
  std::vector<Object*> objects_;
  std::unique_ptr<Bus> bus_;
  Bus::Call question_;  // of ask_owner() or ask_state()
  std::vector<Bus::Call> abandoned_;
  std::string owner_;  // unique bus name of the daemon; empty: none
  bool begun_ = false;
  bool up_ = false;
  Status status_;  // of an object while the daemon is down
  Alarm retry_;
};

}  // namespace berth::mdns
