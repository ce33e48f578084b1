// What one loopback host allows itself and its clients.
#pragma once

#include <chrono>
#include <cstddef>

namespace berth::http {

struct Limits {
  // Bytes of a request line and its header fields. Browsers send below 2 KiB
  // to a host that sets no cookies.
  std::size_t header_size = std::size_t{8} << 10;

  // Bytes of a request's body. Room for the largest transaction (128 KiB of
  // calldata, twice that in hex) and for batches.
  std::size_t body_size = std::size_t{1} << 20;

  // Bytes of one WebSocket message, for the same reason.
  std::size_t message_size = std::size_t{1} << 20;

  // Bytes that may wait for a WebSocket's reader. Four messages of the largest
  // size: whoever is further behind does not read at all. One message may be
  // larger, when nothing else waits: a node's answers are.
  std::size_t send_queue_size = std::size_t{4} << 20;

  // For a header, a body, the rest of a message whose beginning is there, or
  // the sending of a response or a message. On loopback each takes
  // milliseconds; slowloris takes for ever.
  std::chrono::milliseconds transfer_time{10'000};

  // A kept-alive connection between two requests. Longer than the minute after
  // which people's scripts and browsers come back.
  std::chrono::milliseconds idle_time{75'000};

  // Silence on a WebSocket after which it is pinged, and how long the pong may
  // take. A program that was stopped or hangs is let go of after both.
  std::chrono::milliseconds ping_interval{30'000};
  std::chrono::milliseconds pong_time{10'000};

  // For the other side to answer our WebSocket close frame.
  std::chrono::milliseconds close_time{2'000};

  // Connections that have not proven themselves: at most so many, so long. The
  // oldest goes for a new one, so a flood cannot lock the user's programs out.
  std::size_t unproven = 256;
  std::chrono::milliseconds unproven_time{10'000};

  // Connections that have. A user's dApps and scripts stay far below; each
  // may hold some MiB of ours.
  std::size_t proven = 64;

  // Pause after a failed accept (no descriptor left): gives others the time to
  // close some, and the log its peace.
  std::chrono::milliseconds accept_pause{100};
};

}  // namespace berth::http
