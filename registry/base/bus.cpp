#include "registry/base/bus.h"

#include <fcntl.h>
#include <poll.h>

#include <chrono>
#include <cstring>
#include <utility>

namespace berth {
namespace {

// A call takes a service milliseconds.
constexpr std::uint64_t kCallLimitUs = 5'000'000;

}  // namespace

// Held by the Call and, while an answer is on its way, by sd-bus's callback.
struct Bus::Call::Pending : std::enable_shared_from_this<Pending> {
  ~Pending() { sd_bus_slot_unref(slot); }

  static int answered(sd_bus_message* message, void* self, sd_bus_error*) {
    // A bus that went away answers all calls first; that it did is told once.
    if (sd_bus_is_open(sd_bus_message_get_bus(message)) <= 0) return 0;
    // Its callback may destroy the Call.
    const auto pending = static_cast<Pending*>(self)->shared_from_this();
    BusReply reply;
    if (const sd_bus_error* error = sd_bus_message_get_error(message)) {
      reply.error = error->name;
      reply.text = error->message != nullptr ? error->message : error->name;
    } else {
      reply.message = message;
    }
    std::exchange(pending->on_reply, nullptr)(reply);
    return 0;
  }

  sd_bus_slot* slot = nullptr;
  OnReply on_reply;
};

bool Bus::Call::is_pending() const { return pending_ && pending_->on_reply; }

void Bus::Call::redirect(OnReply on_reply) {
  pending_->on_reply = std::move(on_reply);
}

Bus::Request& Bus::Request::add_bytes_list(
    const std::vector<std::vector<std::uint8_t>>& list) {
  keep(sd_bus_message_open_container(message_.get(), 'a', "ay"));
  for (const auto& bytes : list)
    keep(sd_bus_message_append_array(message_.get(), 'y', bytes.data(),
                                     bytes.size()));
  keep(sd_bus_message_close_container(message_.get()));
  return *this;
}

Result<std::unique_ptr<Bus>> Bus::open(Which which,
                                       boost::asio::any_io_executor executor,
                                       Timers& timers, OnSignal on_signal,
                                       OnLost on_lost) {
  sd_bus* bus = nullptr;
  const bool system = which == Which::system;
  const int opened = system ? sd_bus_open_system(&bus) : sd_bus_open_user(&bus);
  // sd-bus closes its descriptor itself, so Asio gets one of its own.
  UniqueFd fd;
  if (opened >= 0) fd.reset(::fcntl(sd_bus_get_fd(bus), F_DUPFD_CLOEXEC, 3));
  if (opened < 0 || !fd) {
    const int error = opened < 0 ? -opened : errno;
    sd_bus_close_unref(bus);
    return Error{Errc::unavailable,
                 std::string(system ? "no system bus: " : "no session bus: ") +
                     std::strerror(error),
                 "install and start dbus"};
  }
  std::unique_ptr<Bus> made(new Bus(bus, std::move(executor), timers,
                                    std::move(on_signal), std::move(on_lost)));
  made->descriptor_.assign(fd.release());
  made->arm();
  return made;
}

Bus::Bus(sd_bus* bus, boost::asio::any_io_executor executor, Timers& timers,
         OnSignal on_signal, OnLost on_lost)
    : bus_(bus),
      descriptor_(executor),
      timers_(timers),
      on_signal_(std::move(on_signal)),
      on_lost_(std::move(on_lost)),
      teller_(std::move(executor)) {
  sd_bus_set_method_call_timeout(bus_, kCallLimitUs);
  // Answers do not come here, only what nobody asked for.
  sd_bus_add_filter(
      bus_, &filter_,
      [](sd_bus_message* message, void* self, sd_bus_error*) {
        std::uint8_t type = 0;
        sd_bus_message_get_type(message, &type);
        if (type == SD_BUS_MESSAGE_SIGNAL)
          static_cast<Bus*>(self)->on_signal_(message);
        return 0;
      },
      this);
}

Bus::~Bus() {
  sd_bus_slot_unref(filter_);
  sd_bus_close_unref(bus_);
}

Bus::Request Bus::request(const std::string& destination,
                          const std::string& path, const char* interface,
                          const char* member) {
  Request request;
  sd_bus_message* message = nullptr;
  request.error_ = sd_bus_message_new_method_call(
      bus_, &message, destination.c_str(), path.c_str(), interface, member);
  request.message_.reset(message);
  return request;
}

Bus::Call Bus::call(Request request, OnReply on_reply) {
  auto pending = std::make_shared<Call::Pending>();
  pending->on_reply = std::move(on_reply);
  if (request.error_ >= 0)
    request.error_ =
        sd_bus_call_async(bus_, &pending->slot, request.message_.get(),
                          Call::Pending::answered, pending.get(), 0);
  // What cannot be sent cannot be answered: so the connection is given up.
  if (request.error_ < 0)
    lose(-request.error_);
  else
    arm();
  return Call(std::move(pending));
}

void Bus::send(Request request) {
  if (request.error_ >= 0)
    request.error_ = sd_bus_message_set_expect_reply(request.message_.get(), 0);
  if (request.error_ >= 0)
    request.error_ = sd_bus_send(bus_, request.message_.get(), nullptr);
  request.error_ < 0 ? lose(-request.error_) : arm();
}

void Bus::match(const std::string& rule) {
  auto request = this->request("org.freedesktop.DBus", "/org/freedesktop/DBus",
                               "org.freedesktop.DBus", "AddMatch");
  request.add("s", rule.c_str());
  send(std::move(request));
}

// One message a turn: who floods us with signals does not keep the loop. For
// what is left sd-bus asks to be called again at once.
void Bus::process_one() {
  const int processed = sd_bus_process(bus_, nullptr);
  processed < 0 ? lose(-processed) : arm();
}

// Waits for what sd-bus waits for: its descriptor, and a time.
void Bus::arm() {
  if (lost_) return;
  const int events = sd_bus_get_events(bus_);
  if (events < 0) return lose(-events);
  using Wait = boost::asio::posix::stream_descriptor::wait_type;
  if ((events & POLLIN) != 0) wait(Wait::wait_read, reading_);
  if ((events & POLLOUT) != 0) wait(Wait::wait_write, writing_);
  std::uint64_t until = 0;
  const int timed = sd_bus_get_timeout(bus_, &until);
  timeout_.cancel();
  // In µs of CLOCK_MONOTONIC, which steady_clock is; UINT64_MAX: no time.
  if (timed > 0 && until != UINT64_MAX)
    timeout_ =
        timers_.at(Timers::Clock::time_point(std::chrono::microseconds(until)),
                   [this] { process_one(); });
}

void Bus::wait(boost::asio::posix::stream_descriptor::wait_type type,
               bool& armed) {
  if (std::exchange(armed, true)) return;
  // Not by `error` alone: a wait that is over stays so when this is destroyed.
  descriptor_.async_wait(
      type, teller_.while_alive(
                [this, &armed](const boost::system::error_code& error) {
                  if (error) return;
                  armed = false;
                  process_one();
                }));
}

void Bus::lose(int error) {
  if (std::exchange(lost_, true)) return;
  timeout_.cancel();
  // Later: who makes a call is in the middle of something.
  teller_.later([tell = on_lost_, reason = std::string(std::strerror(error))] {
    tell("the bus went away: " + reason);
  });
}

}  // namespace berth
