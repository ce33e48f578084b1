// Runs one coroutine to its end: a verb of berth-talk.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "registry/base/async.h"
#include "registry/base/timers.h"

namespace berth::talk {

// The value of the coroutine that `make` returns for its Timers&. Does not wait
// for what goes on beside it, as the closing of a connection.
template <class Make>
auto run(Make make) {
  asio::io_context io;
  AsioTimers timers(io.get_executor());
  auto task = make(static_cast<Timers&>(timers));
  using T = typename decltype(task)::value_type;
  std::optional<T> value;
  asio::co_spawn(io, std::move(task),
                 [&value](const std::exception_ptr& failure, T result) {
                   if (failure) std::rethrow_exception(failure);
                   value = std::move(result);
                 });
  while (!value) io.run_one();
  return std::move(*value);
}

}  // namespace berth::talk
