#include "server/presence.h"

#include "registry/base/log.h"
#include "registry/standing_log.h"

namespace berth::server {

Result<void> Presence::announce(const registry::Record& record) {
  auto registration = registry_.announce(
      record, [this](registry::Standing standing, const Error& error) {
        standing_changed(standing, error);
      });
  if (!registration) return registration.error();
  registration_ = std::move(*registration);
  return {};
}

mdns::Service Presence::service() const {
  mdns::Service service;
  service.id = record().id;
  service.port = record().endpoint.port;
  service.chain_id = record().chain_id;
  return service;
}

void Presence::publish_mdns() {
  auto published = mdns_.publish(
      service(), [this](const mdns::Status& status) { mdns_changed(status); });
  if (published)
    publication_ = std::move(*published);
  else
    log::error("no mDNS record: " + published.error().message);
}

// One line for each time that it is lost or found again, however many reasons
// the attempts in between give.
void Presence::mdns_changed(const mdns::Status& status) {
  const bool lasts =
      mdns::is_down(status) || status.state == mdns::Status::State::published;
  if (!lasts || status.state == logged_mdns_) return;
  logged_mdns_ = status.state;
  log::info("mDNS record: " + mdns::describe(status));
}

void Presence::set_chain(const std::string& chain_id) {
  if (!registration_ || chain_id == record().chain_id) return;
  registry::Record changed = record();
  changed.chain_id = chain_id;
  if (auto ok = registration_->change(changed); !ok)
    return log::error(ok.error().message);
  if (!publication_) return;
  if (auto ok = publication_->update(service()); !ok)
    log::error("the mDNS record stays as it was: " + ok.error().message);
}

void Presence::withdraw() {
  publication_.reset();
  if (!registration_) return;
  auto withdrawn = registration_->withdraw();
  if (!withdrawn) log::error(withdrawn.error().message);
}

void Presence::standing_changed(registry::Standing standing,
                                const Error& error) {
  if (!registry::log_standing(standing, error)) on_lost_(error);
}

}  // namespace berth::server
