#include "registry/base/changes.h"

#include "tests/support/catch.h"
#include "tests/support/io.h"

using namespace berth;

namespace {

struct Fixture {
  asio::io_context io;
  Changes changes;
  bool ended = false;

  asio::awaitable<void> wait() {
    co_await changes.after(changes.revision());
    ended = true;
  }
  void start(asio::cancellation_signal& signal) {
    asio::co_spawn(
        io, wait(),
        asio::bind_cancellation_slot(
            signal.slot(), [this](std::exception_ptr) { ended = true; }));
    test::run_ready(io);
  }
};

}  // namespace

TEST_CASE("who waits is told of the next change, and of no earlier one",
          "[changes]") {
  Fixture f;
  asio::cancellation_signal signal;
  const auto before = f.changes.revision();
  f.changes.bump();
  CHECK(f.changes.revision() != before);
  f.start(signal);
  CHECK_FALSE(f.ended);
  f.changes.bump();
  f.changes.bump();
  test::run_ready(f.io);
  CHECK(f.ended);
}

TEST_CASE("who is cancelled waits no more", "[changes]") {
  Fixture f;
  asio::cancellation_signal signal;
  f.start(signal);
  asio::post(f.io, [&] { signal.emit(asio::cancellation_type::terminal); });
  test::run_ready(f.io);
  CHECK(f.ended);
  f.changes.bump();  // must not reach for it
}

TEST_CASE("a stop ends the waiting, and all that comes later", "[changes]") {
  Fixture f;
  asio::cancellation_signal signal;
  const bool later = GENERATE(false, true);
  if (later) f.changes.stop();
  f.start(signal);
  CHECK(f.ended == later);
  f.changes.stop();
  test::run_ready(f.io);
  CHECK(f.ended);
  CHECK(f.changes.stopped());
}

TEST_CASE("the revision of another run is not this one's", "[changes]") {
  const Changes one;
  const Changes other;
  CHECK(one.revision() != other.revision());
  CHECK(one.revision() < (std::uint64_t{1} << 53));
}
