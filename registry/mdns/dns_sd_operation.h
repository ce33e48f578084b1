// What a publication and a browser have in common: one operation of the
// library that is kept going for as long as this lives. Begun in a later turn
// of the loop, begun again 250 ms to 30 s after each failure, given up for good
// when the system's policy says no.
#pragma once

#include <memory>

#include "registry/base/backoff.h"
#include "registry/mdns/dns_sd_calls.h"
#include "registry/mdns/dns_sd_ref.h"
#include "registry/mdns/mdns.h"

namespace berth::mdns {

// One for all that an Mdns does. Must outlive it.
struct DnsSdShared {
  const DnsSdApi& api;
  boost::asio::any_io_executor executor;
  Timers& timers;
  LocalInterface where;  // LocalOnly until the library says that it has none
};

class DnsSdOperation {
 public:
  struct Hooks {
    // Makes the call to the library.
    std::function<DNSServiceErrorType(DNSServiceRef*)> call;
    // What the library said until now holds no longer. May be empty.
    std::function<void()> lost;
    OnStatus on_status;  // may be empty
  };

  DnsSdOperation(DnsSdShared& shared, Hooks hooks);

  // Published as `name`, or a browser that runs.
  void running(const std::string& name);
  // By a reply's error, or a call on ref(). Ends this run; see above.
  void failed(DNSServiceErrorType code);
  // Ends this run and begins again at once, in a later turn.
  void restart();

  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] const LocalInterface& where() const { return shared_.where; }
  // Null between two runs.
  [[nodiscard]] DnsSdRef* ref() { return ref_.get(); }

 private:
  void begin();
  void end_run();
  void retry(const std::string& reason);
  void set(Status status);

  DnsSdShared& shared_;
  Hooks hooks_;
  Status status_;
  Backoff backoff_;
  Alarm again_;
  Teller teller_;
  std::unique_ptr<DnsSdRef> ref_;
};

}  // namespace berth::mdns
