// The steps of a start that come before anything listens, and its report.
#pragma once

#include <string>

#include "registry/base/result.h"
#include "registry/claim.h"
#include "server/settings.h"

namespace berth::server {

// Takes the profile's claim. While another process has it, waits, for at most
// settings.claim_timeout, for that one to be released, or for its record:
// Errc::already_running, the message says who. Errc::timed_out: neither came.
// Blocking.
[[nodiscard]] Result<registry::Claim> wait_for_claim(const Settings& settings);

// Who holds a port, for messages: a profile of the registry, or the user that
// the kernel names; "" when nobody is known.
[[nodiscard]] std::string port_holder(const std::filesystem::path& registry,
                                      std::uint16_t port);

// Tells the launcher how the start ended: one line of JSON on descriptor 4,
// which is then closed. Without that descriptor (`berth run`): a line on
// stdout, or the error on stderr.
class ReadyPipe {
 public:
  ReadyPipe();
  void ready(const registry::Record& record);
  // Returns the exit code that the command line documents for `error`.
  int failed(const Error& error);

 private:
  void send(const std::string& line);
  bool piped_;
};

// systemd's sd_notify(3) protocol: `state` to the socket of NOTIFY_SOCKET,
// where there is one.
void notify_service_manager(const std::string& state);

}  // namespace berth::server
