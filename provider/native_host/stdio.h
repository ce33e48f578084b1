// Messages over stdin and stdout. One thread.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <deque>
#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "provider/native_host/frames.h"
#include "registry/base/async.h"

namespace berth::native_host {

using Descriptor = asio::posix::stream_descriptor;

// Gives each message's text to `take` until the browser closes the stream, or
// until something that is no message comes (Errc::invalid), of which `take`
// decides too. Both must outlive the call.
[[nodiscard]] asio::awaitable<Result<void>> read_messages(
    Descriptor& from, std::function<Result<void>(const std::string&)> take);

// What waits for the browser to take it.
class Output {
 public:
  // For a browser that is behind: all that its pages asked for at once. One
  // message may be larger, when nothing else waits.
  static constexpr std::size_t kMaxWaitingBytes = std::size_t{16} << 20;

  // `on_failure`: it cannot go on, nothing is written any more.
  Output(Descriptor to, std::function<void(const Error&)> on_failure)
      : to_(std::move(to)), on_failure_(std::move(on_failure)) {}

  void send(const nlohmann::json& message);
  // False, and nothing is sent: there is no room.
  [[nodiscard]] bool try_send(const nlohmann::json& message);

 private:
  [[nodiscard]] bool try_send_text(std::string text);
  void write();
  void fail(Error error);

  Descriptor to_;
  std::function<void(const Error&)> on_failure_;
  std::deque<FrameWriter> waiting_;  // the front one is being written
  std::size_t waiting_bytes_ = 0;
  std::string frame_;  // the part of it that is
  bool failed_ = false;
};

}  // namespace berth::native_host
