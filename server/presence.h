// How an instance is seen: its record in the registry, and the mDNS record that
// follows it. One thread.
#pragma once

#include <functional>
#include <memory>

#include "registry/mdns/mdns.h"
#include "registry/registry.h"

namespace berth::server {

class Presence {
 public:
  // Another live owner has the name: the instance is to end.
  using OnLost = std::function<void(const Error& error)>;

  // References must outlive it.
  Presence(registry::Registry& registry, mdns::Mdns& mdns, OnLost on_lost)
      : registry_(registry), mdns_(mdns), on_lost_(std::move(on_lost)) {}

  // Publishes the record. Errors: those of Registry::announce.
  [[nodiscard]] Result<void> announce(const registry::Record& record);

  // Publishes the mDNS record too, for as long as it takes: a hint, so nothing
  // waits for it, and what goes wrong is told in the log alone. After
  // announce().
  void publish_mdns();

  // Another chain: in both records. Nothing where it is the same, or nothing is
  // announced.
  void set_chain(const std::string& chain_id);

  // Takes both out.
  void withdraw();

  [[nodiscard]] bool is_announced() const { return registration_ != nullptr; }
  // After announce().
  [[nodiscard]] const registry::Record& record() const {
    return registration_->record();
  }

 private:
  [[nodiscard]] mdns::Service service() const;
  void mdns_changed(const mdns::Status& status);
  void standing_changed(registry::Standing standing, const Error& error);

  registry::Registry& registry_;
  mdns::Mdns& mdns_;
  OnLost on_lost_;
  std::unique_ptr<registry::Registration> registration_;
  std::unique_ptr<mdns::Publication> publication_;
  // What the log says of it; `connecting` is nothing to tell.
  mdns::Status::State logged_mdns_ = mdns::Status::State::connecting;
};

}  // namespace berth::server
