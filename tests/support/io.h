// Running an io_context from a test, up to what the test waits for.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "registry/base/async.h"

namespace berth::test {

// Real time after which a test gives up; nothing waits that long when all is
// well.
inline constexpr std::chrono::seconds kPatience{20};

inline void run_until(asio::io_context& io,
                      const std::function<bool()>& reached) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!reached()) {
    io.restart();
    io.run_one_until(end);
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error("what the test waits for did not happen");
  }
}

// Everything that can happen without time passing.
inline void run_ready(asio::io_context& io) {
  do {
    io.restart();
  } while (io.poll() > 0);
}

// A coroutine that runs beside the test; `value` is there once it ended.
template <class T>
struct Running {
  std::optional<T> value;
  std::exception_ptr failure;
  [[nodiscard]] bool ended() const { return value || failure; }
};

template <class T>
std::shared_ptr<Running<T>> start(asio::io_context& io,
                                  asio::awaitable<T> task) {
  auto running = std::make_shared<Running<T>>();
  asio::co_spawn(io, std::move(task),
                 [running](std::exception_ptr failure, T value) {
                   running->failure = failure;
                   if (!failure) running->value = std::move(value);
                 });
  return running;
}

template <class T>
T finish(asio::io_context& io, const std::shared_ptr<Running<T>>& running) {
  run_until(io, [&] { return running->ended(); });
  if (running->failure) std::rethrow_exception(running->failure);
  return *running->value;
}

template <class T>
T await(asio::io_context& io, asio::awaitable<T> task) {
  return finish(io, start(io, std::move(task)));
}

inline void await(asio::io_context& io, asio::awaitable<void> task) {
  bool ended = false;
  asio::co_spawn(io, std::move(task), [&ended](std::exception_ptr failure) {
    ended = true;
    if (failure) std::rethrow_exception(failure);
  });
  run_until(io, [&] { return ended; });
}

}  // namespace berth::test
