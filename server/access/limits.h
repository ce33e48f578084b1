// What one page, or one connection, may ask of an instance, and of the person
// behind it.
#pragma once

#include <chrono>
#include <cstddef>

namespace berth::server {

struct AccessLimits {
  // Connections of one origin: the tabs of one site. Leaves room for others
  // among all proven connections (http/limits.h).
  std::size_t origin_connections = 16;

  // Messages of one connection, whoever it is: sustained, and at once. 0: no
  // limit, since the user's own programs may ask as fast as they can; pages
  // have that of their origin.
  double connection_messages_per_second = 0;
  double connection_messages_burst = 200;

  // Messages of one origin: sustained, and at once. A dApp that loads sends
  // some tens; more is a loop that would starve the others. A large message
  // counts as several (http/message_meter.h), each call of a batch as one.
  double messages_per_second = 100;
  double messages_burst = 200;

  // What a person is asked for. People decide a few a minute; a page that asks
  // faster hopes for a tired click.
  double sensitive_per_second = 1;
  double sensitive_burst = 5;
  double sensitive_per_minute = 10;
  double sensitive_per_hour = 100;

  // Questions at once. A person decides one after the other; more are noise
  // in which one is approved by mistake.
  std::size_t approvals = 10;

  // For a person to come back from a coffee. Dialogues of dApps give up first.
  std::chrono::milliseconds approval_time{300'000};
};

}  // namespace berth::server
