// The host name that this run of the gateway made for itself, and its origin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::launcher {

// A name that nobody could guess before: what an earlier squatter of the port
// left in the browser (a service worker, a cached page) belongs to another
// origin. Browsers resolve *.localhost to loopback themselves (RFC 6761
// section 6.3, "Let localhost be localhost").
class OwnHost {
 public:
  OwnHost();

  // What Host says before its port: "<16 base32 characters>.localhost".
  [[nodiscard]] const std::string& name() const { return name_; }
  // Once the port is known.
  void set_port(std::uint16_t port) { port_ = port; }
  // Somebody else answers at ::1 and the port, where the name leads too.
  void set_taken() { taken_ = true; }
  [[nodiscard]] bool is_taken() const { return taken_; }

  // "NAME:PORT", as Host has it.
  [[nodiscard]] std::string authority() const;
  // "http://NAME:PORT", as Origin has it.
  [[nodiscard]] std::string origin() const;

 private:
  std::string name_;
  std::uint16_t port_ = 0;
  bool taken_ = false;
};

}  // namespace berth::launcher
