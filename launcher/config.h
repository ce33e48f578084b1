// config.json and its environment variables: what holds for all profiles.
// Blocking for one file; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "launcher/values.h"
#include "registry/paths.h"

namespace berth::launcher {

// A value and who set it: "default", the path of config.json, or the name of
// an environment variable.
template <class T>
struct Setting {
  T value;
  std::string source = "default";
};

struct Config {
  Setting<PortRange> port_range{{}};           // BERTH_PORT_RANGE
  Setting<std::uint16_t> gateway_port{18765};  // BERTH_GATEWAY_PORT
  Setting<std::string> berthd{"auto"};         // BERTH_BERTHD: auto, off
  Setting<std::string> mdns{"local"};          // BERTH_MDNS: local, off
  Setting<std::string> peer_check{"on"};       // BERTH_PEER_CHECK: on, off
  Setting<std::string> log_level{"info"};      // BERTH_LOG_LEVEL
  // A JSON object for the instances, which check it; empty: none.
  Setting<std::string> limits{""};

  struct Line {
    std::string key, value, source;
  };
  // For people, in the order above.
  [[nodiscard]] std::vector<Line> lines() const;

  // The environment variables that set something here.
  [[nodiscard]] static std::vector<std::string> variables();
};

// Environment over config.json over default; a missing file is all defaults.
// Errc::invalid names the file or variable, and the key, or line and column.
[[nodiscard]] Result<Config> load_config(const Paths& paths,
                                         const Environment& environment);

}  // namespace berth::launcher
