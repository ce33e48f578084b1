// One service at avahi-daemon: an entry group. Internal to the Avahi backend.
#pragma once

#include <string>

#include "registry/base/backoff.h"
#include "registry/mdns/avahi_client.h"
#include "registry/mdns/reported_status.h"
#include "registry/mdns/scope.h"

namespace berth::mdns {

class AvahiPublication : public Publication, private AvahiClient::Object {
 public:
  // `service` must have passed check().
  AvahiPublication(AvahiClient& client, Scope scope, const Service& service,
                   OnStatus on_status);
  ~AvahiPublication() override;

  Result<void> update(const Service& service) override;
  const Status& status() const override { return status_.get(); }

 private:
  void up() override;
  void down(const Status& why) override;
  void on_signal(const AvahiSignal& signal) override;

  void make_group();
  void add_service();
  void update_txt();
  void commit();
  void group_is(std::int32_t state, const std::string& error);
  void next_name();
  void start_over();
  void fail(const BusReply& reply);
  [[nodiscard]] Bus::Request group(const char* member);

  AvahiClient& client_;
  Scope scope_;
  Service service_;
  int attempt_ = 1;         // at a free name
  std::string path_;        // of the entry group; empty: there is none
  bool committed_ = false;  // the group has the service as it was announced
  Bus::Call call_;
  ReportedStatus status_;
  Backoff backoff_;
  Alarm retry_;
};

}  // namespace berth::mdns
