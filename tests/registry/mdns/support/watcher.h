// What one publication or one browser is told, kept for a test to look at.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "registry/mdns/mdns.h"

namespace berth::test {

// Statuses as they are told, e.g. to publish(service, told.on_status()).
class Told {
 public:
  mdns::OnStatus on_status() {
    return [this](const mdns::Status& status) { all.push_back(status); };
  }
  [[nodiscard]] bool has(mdns::Status::State state) const {
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& one) { return one.state == state; });
  }
  [[nodiscard]] bool is(mdns::Status::State state) const {
    return !all.empty() && all.back().state == state;
  }

  std::vector<mdns::Status> all;
};

// A browser that keeps what it saw.
class Watcher {
 public:
  explicit Watcher(mdns::Mdns& mdns)
      : browser(mdns.browse(
            [this](const mdns::Sighting& sighting) { take(sighting); },
            status.on_status())) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  [[nodiscard]] bool sees(const std::string& name) const {
    return present.contains(name);
  }
  [[nodiscard]] bool sees(const std::string& name,
                          const mdns::Service& service) const {
    return sees(name) && present.at(name).service == service;
  }

  Told status;
  std::map<std::string, mdns::Seen> present;
  std::vector<std::string> lost;  // names, in order
  int settled = 0;
  std::unique_ptr<mdns::Browser> browser;

 private:
  void take(const mdns::Sighting& sighting) {
    switch (sighting.what) {
      case mdns::Sighting::What::found:
        present[sighting.seen.name] = sighting.seen;
        break;
      case mdns::Sighting::What::lost:
        present.erase(sighting.seen.name);
        lost.push_back(sighting.seen.name);
        break;
      case mdns::Sighting::What::settled:
        ++settled;
        break;
    }
  }
};

}  // namespace berth::test
