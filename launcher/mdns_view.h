// What mDNS says beside what the registry says. The registry is right; this
// finds out where the two differ. By `berth-talk`: this program links no D-Bus.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "launcher/listing.h"

namespace berth::launcher {

// A record of our service type, whoever published it. None of it is to be
// believed, and its text is not fit for a terminal.
struct MdnsRecord {
  std::string name;  // of the service
  std::uint16_t port = 0;
  std::string id;
  std::string problem;  // why it is none of Berth's by its form
};

struct MdnsView {
  std::string backend;  // "avahi", "dns_sd" or "none"
  std::string state;    // of registry/mdns/mdns.h; "published": it could look
  std::string reason;
  std::vector<MdnsRecord> records;  // by name

  [[nodiscard]] bool looked() const { return state == "published"; }
};

// Blocks for a second where there is a daemon, for three at most. Not being
// able to look is no error.
[[nodiscard]] Result<MdnsView> ask_mdns();

// A record that no running instance of this registry stands behind: another
// user's, a forged one, or one that came late. Never offered to anybody.
struct ForeignRecord {
  MdnsRecord record;
  std::string why;
};

// Fills in `mdns` of the instances that run, and gives what is left over. An
// instance is in a record only where both id and port are the same.
[[nodiscard]] std::vector<ForeignRecord> join_mdns(
    const MdnsView& view, std::vector<Instance>& instances);

// An element of `berth list --json` that names no instance.
[[nodiscard]] nlohmann::ordered_json to_json(const ForeignRecord& foreign);

}  // namespace berth::launcher
