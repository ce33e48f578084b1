// What avahi-daemon knows of our service type: a service browser, and a
// resolver for each name that it tells of. Internal to the Avahi backend.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "registry/base/backoff.h"
#include "registry/mdns/avahi_client.h"
#include "registry/mdns/reported_status.h"
#include "registry/mdns/scope.h"

namespace berth::mdns {

class AvahiBrowser : public Browser, private AvahiClient::Object {
 public:
  AvahiBrowser(AvahiClient& client, Scope scope, OnSighting on_sighting,
               OnStatus on_status);
  ~AvahiBrowser() override;

  const Status& status() const override { return status_.get(); }

 private:
  // One name: what it leads to is followed for as long as it is there.
  struct Resolver {
    std::string path;
    Bus::Call call;
    bool is_asked = false;
    bool answered = false;
    bool told = false;
  };
  using Resolvers = std::map<std::string, Resolver>;

  void up() override;
  void down(const Status& why) override;
  void on_signal(const AvahiSignal& signal) override;

  void begin();
  void on_browser(const AvahiSignal& signal);
  void item_new(const std::string& name);
  void item_gone(const std::string& name);
  void resolve_next();
  void forget(Resolver& resolver);
  void on_resolver(Resolvers::value_type& resolver, const AvahiSignal& signal);
  void found(Resolvers::value_type& resolver, sd_bus_message* message);
  void not_found(Resolvers::value_type& resolver, const std::string& error);
  void tell(Sighting::What what, const Seen& seen);
  void tell_if_settled();
  void fail(const BusReply& reply);

  AvahiClient& client_;
  Scope scope_;
  std::string path_;  // of the service browser; empty: there is none
  Bus::Call call_;
  Resolvers resolvers_;            // by service name
  std::deque<std::string> queue_;  // names that are still to be resolved
  std::size_t asking_ = 0;         // resolvers that are being made
  bool all_for_now_ = false;
  bool settled_ = false;
  Backoff backoff_;
  Alarm retry_;
  OnSighting on_sighting_;
  Teller teller_;
  ReportedStatus status_;
};

}  // namespace berth::mdns
