// A node's local socket, as go-ethereum's geth.ipc: JSON messages one after
// the other (go-ethereum docs, "JSON-RPC Server, IPC").
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <vector>

#include "server/wallets/dial.h"
#include "server/wallets/json_splitter.h"
#include "server/wallets/multiplex_upstream.h"
#include "server/wallets/transports.h"

namespace berth::server {
namespace {

class IpcChannel final : public MessageChannel {
 public:
  IpcChannel(Stream stream, std::size_t max_bytes)
      : stream_(std::move(stream)), splitter_(max_bytes) {}

  asio::awaitable<Result<std::string>> receive() override {
    for (;;) {
      auto message = splitter_.next();
      if (!message) co_return message.error();
      if (*message) co_return std::move(**message);
      auto [error, got] =
          co_await stream_.async_read_some(asio::buffer(piece_), use_ec);
      if (error) co_return Error{Errc::unavailable, error.message()};
      splitter_.feed({piece_.data(), got});
    }
  }

  asio::awaitable<Result<void>> send(std::string text) override {
    text += '\n';
    const auto bytes = asio::buffer(text);
    auto [error, sent] = co_await asio::async_write(stream_, bytes, use_ec);
    if (error) co_return Error{Errc::unavailable, error.message()};
    co_return Result<void>();
  }

 private:
  Stream stream_;
  JsonSplitter splitter_;
  std::vector<char> piece_ = std::vector<char>(64 * 1024);
};

asio::awaitable<MultiplexUpstream::Opened> open_ipc(std::string path,
                                                    std::size_t max_bytes) {
  auto stream = co_await dial_unix(std::move(path));
  if (!stream) co_return stream.error();
  co_return std::make_shared<IpcChannel>(std::move(*stream), max_bytes);
}

}  // namespace

std::unique_ptr<Upstream> make_ipc_upstream(UpstreamUrl url,
                                            asio::any_io_executor executor,
                                            Timers& timers,
                                            const UpstreamOptions& options) {
  auto name = url.display_name;
  auto open = [path = url.path, max_bytes = options.max_answer_bytes] {
    return open_ipc(path, max_bytes);
  };
  return std::make_unique<MultiplexUpstream>(
      std::move(name), std::move(open), std::move(executor), timers, options);
}

}  // namespace berth::server
