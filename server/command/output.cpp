#include "server/command/output.h"

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "registry/base/log.h"
#include "registry/base/pipe.h"

namespace berth::server {
namespace {

// Longer ones are cut into several: a program that never ends a line must not
// fill the memory.
constexpr std::size_t kMaxLine = 16 * 1024;
// For the message of a start that failed, which has to fit the ready pipe.
constexpr std::size_t kLastLines = 10;
constexpr std::size_t kMaxQuoted = 500;

}  // namespace

Result<Output> Output::make() {
  auto pipe = make_pipe();
  if (!pipe) return pipe.error();
  Output output(std::move(pipe->read));
  output.writer = std::move(pipe->write);
  return output;
}

asio::awaitable<void> Output::forward() {
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor pipe(executor, reader_.release());
  std::array<char, 8192> chunk{};
  for (;;) {
    const auto [error, size] =
        co_await pipe.async_read_some(asio::buffer(chunk), use_ec);
    text_.append(chunk.data(), size);
    take_lines();
    if (error) break;
  }
  if (!text_.empty()) keep(std::move(text_));
}

void Output::take_lines() {
  std::size_t begin = 0;
  for (;;) {
    const auto end = text_.find('\n', begin);
    const bool whole = end != std::string::npos;
    if (!whole && text_.size() - begin < kMaxLine) break;
    const auto length =
        std::min((whole ? end : text_.size()) - begin, kMaxLine);
    keep(text_.substr(begin, length));
    begin += length + (whole && begin + length == end ? 1 : 0);
  }
  text_.erase(0, begin);
}

void Output::keep(std::string line) {
  log::quote(line);
  if (line.size() > kMaxQuoted) line.resize(kMaxQuoted);
  last_.push_back(std::move(line));
  if (last_.size() > kLastLines) last_.pop_front();
}

}  // namespace berth::server
