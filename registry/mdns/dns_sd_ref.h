// One DNSServiceRef: its descriptor waits in the event loop, its end is the
// end of the operation.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>

#include "registry/mdns/dns_sd_api.h"
#include "registry/base/teller.h"

namespace berth::mdns {

class DnsSdRef {
 public:
  using Call = std::function<DNSServiceErrorType(DNSServiceRef*)>;
  // The daemon went away; may destroy this.
  using OnFailure = std::function<void(DNSServiceErrorType)>;

  // `api` must outlive it.
  DnsSdRef(const DnsSdApi& api, const boost::asio::any_io_executor& executor);
  DnsSdRef(const DnsSdRef&) = delete;
  DnsSdRef& operator=(const DnsSdRef&) = delete;
  // Must not come from inside a reply of the library: see later().
  ~DnsSdRef();

  // Once. `call` makes the ref. kDNSServiceErr_NoError: its replies come from
  // now on, and `on_failure` at most once; else `call`'s error.
  [[nodiscard]] DNSServiceErrorType start(const Call& call,
                                          OnFailure on_failure);

  // How a reply of the library acts: from the loop, once the library returned,
  // and not at all after the end of this.
  template <class Action>
  void later(Action action) {
    teller_.later(std::move(action));
  }

  [[nodiscard]] DNSServiceRef get() const { return ref_; }

 private:
  void wait();
  void fail(DNSServiceErrorType code);

  const DnsSdApi& api_;
  DNSServiceRef ref_ = nullptr;
  boost::asio::posix::stream_descriptor descriptor_;
  OnFailure on_failure_;
  Teller teller_;
};

}  // namespace berth::mdns
