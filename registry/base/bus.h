// One connection to a bus (D-Bus specification), by sd-bus on the io_context:
// nothing waits, neither for the bus nor for who is called. That is why it is
// no client library of a service: libavahi-client's calls block, 25 s each
// where avahi-daemon is stopped or stuck, and they would hold up a wallet's
// requests. One thread. Library berth::bus, where there is libsystemd.
#pragma once

#include <systemd/sd-bus.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/base/timers.h"
#include "registry/base/unique_fd.h"
#include "registry/base/teller.h"

namespace berth {

// What a call came to. `message` holds the results and belongs to the bus; it
// is null where `error` is set, to the name of a D-Bus error.
struct BusReply {
  sd_bus_message* message = nullptr;
  std::string error;
  std::string text;  // the error, for people
};

// Errors that the bus itself answers with.
inline constexpr const char* kNoOwner =
    "org.freedesktop.DBus.Error.NameHasNoOwner";
inline constexpr const char* kAccessDenied =
    "org.freedesktop.DBus.Error.AccessDenied";
// Also sd-bus's own, for a call that nobody answered in time.
inline constexpr const char* kNoReply = "org.freedesktop.DBus.Error.NoReply";

class Bus {
 public:
  // The machine's, or that of the user's session.
  enum class Which { system, session };
  using OnReply = std::function<void(const BusReply&)>;
  using OnSignal = std::function<void(sd_bus_message*)>;
  using OnLost = std::function<void(const std::string& reason)>;

  // A call in flight; destroying it drops the answer.
  class Call {
   public:
    Call() = default;
    struct Pending;

    // Its answer is still to come.
    [[nodiscard]] bool is_pending() const;
    // Has another be told of the answer.
    void redirect(OnReply on_reply);

   private:
    friend class Bus;
    explicit Call(std::shared_ptr<Pending> pending)
        : pending_(std::move(pending)) {}
    std::shared_ptr<Pending> pending_;
  };

  // Where a call goes and what it says: `add` takes sd_bus_message_append(3)'s
  // types and values.
  class Request {
   public:
    template <class... Values>
    Request& add(const char* types, Values... values) {
      keep(sd_bus_message_append(message_.get(), types, values...));
      return *this;
    }
    Request& add_bytes_list(const std::vector<std::vector<std::uint8_t>>& list);

   private:
    friend class Bus;
    struct Unref {
      void operator()(sd_bus_message* message) const {
        sd_bus_message_unref(message);
      }
    };
    void keep(int result) {
      if (error_ >= 0) error_ = result;
    }
    std::unique_ptr<sd_bus_message, Unref> message_;
    int error_ = 0;
  };

  // Errc::unavailable: there is no bus. The connection is made later; calls
  // wait for it. `on_signal` may not destroy the bus; `on_lost` comes once, and
  // not from inside a call.
  [[nodiscard]] static Result<std::unique_ptr<Bus>> open(
      Which which, boost::asio::any_io_executor executor, Timers& timers,
      OnSignal on_signal, OnLost on_lost);
  ~Bus();

  [[nodiscard]] Request request(const std::string& destination,
                                const std::string& path, const char* interface,
                                const char* member);
  // `on_reply` comes once, within 5 s, unless the Call is destroyed or the bus
  // is lost first. It may start and destroy calls, also its own.
  [[nodiscard]] Call call(Request request, OnReply on_reply);
  // Nobody is told what came of it.
  void send(Request request);
  // Has the bus deliver the signals that fit `rule` (D-Bus specification,
  // "Match Rules").
  void match(const std::string& rule);

 private:
  Bus(sd_bus* bus, boost::asio::any_io_executor executor, Timers& timers,
      OnSignal on_signal, OnLost on_lost);
  void process_one();
  void arm();
  void wait(boost::asio::posix::stream_descriptor::wait_type type, bool& armed);
  void lose(int error);

  sd_bus* bus_;
  sd_bus_slot* filter_ = nullptr;
  boost::asio::posix::stream_descriptor descriptor_;
  Timers& timers_;
  OnSignal on_signal_;
  OnLost on_lost_;
  Alarm timeout_;
  bool reading_ = false;
  bool writing_ = false;
  bool lost_ = false;
  Teller teller_;
};

}  // namespace berth
