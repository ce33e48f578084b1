#include "provider/native_host/stdio.h"

#include <array>
#include <boost/asio/write.hpp>
#include <nlohmann/json.hpp>

namespace berth::native_host {

using boost::system::error_code;
using nlohmann::json;

asio::awaitable<Result<void>> read_messages(
    Descriptor& from, std::function<Result<void>(const std::string&)> take) {
  FrameReader frames;
  std::array<char, 64 * 1024> bytes;
  for (;;) {
    const auto [error, size] =
        co_await from.async_read_some(asio::buffer(bytes), use_ec);
    if (error == asio::error::eof && frames.in_message())
      co_return Error{Errc::invalid, "a message ends before its length"};
    if (error == asio::error::eof) co_return Result<void>();
    if (error) co_return Error{Errc::failed, "read stdin: " + error.message()};
    frames.add({bytes.data(), size});
    auto text = frames.next();
    while (text && *text) {
      auto taken = take(**text);
      if (!taken) co_return taken.error();
      text = frames.next();
    }
    if (!text) co_return text.error();
  }
}

void Output::send(const json& message) {
  if (!try_send(message))
    fail({Errc::failed, "the extension does not read what it is told"});
}

bool Output::try_send(const json& message) {
  return try_send_text(
      message.dump(-1, ' ', false, json::error_handler_t::replace));
}

bool Output::try_send_text(std::string text) {
  if (failed_) return true;  // nobody is there
  if (!waiting_.empty() && waiting_bytes_ + text.size() > kMaxWaitingBytes)
    return false;
  waiting_bytes_ += text.size();
  waiting_.emplace_back(std::move(text));
  if (waiting_.size() == 1) write();
  return true;
}

void Output::write() {
  auto frame = waiting_.front().next();
  if (!frame) {
    waiting_bytes_ -= waiting_.front().message_bytes();
    waiting_.pop_front();
    if (!waiting_.empty()) write();
    return;
  }
  frame_ = std::move(*frame);
  asio::async_write(to_, asio::buffer(frame_),
                    [this](const error_code& error, std::size_t) {
                      if (error == asio::error::operation_aborted) return;
                      if (!error) return write();
                      fail({Errc::failed, "write stdout: " + error.message()});
                    });
}

// Last in its caller: it may end the program.
void Output::fail(Error error) {
  if (std::exchange(failed_, true)) return;
  error_code ignored;
  to_.cancel(ignored);
  on_failure_(error);
}

}  // namespace berth::native_host
