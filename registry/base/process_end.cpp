#include "registry/base/process_end.h"

#include <boost/asio/posix/stream_descriptor.hpp>

namespace berth {

asio::awaitable<bool> process_end(ProcessHandle process) {
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor pidfd(executor,
                                       std::move(process).release().release());
  const auto [error] = co_await pidfd.async_wait(
      asio::posix::stream_descriptor::wait_read, use_ec);
  co_return !error;
}

}  // namespace berth
