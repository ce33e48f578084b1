#include "registry/mdns/dns_sd_ref.h"

#include <poll.h>

namespace berth::mdns {
namespace {

bool is_readable(int descriptor) {
  pollfd wanted{descriptor, POLLIN, 0};
  return ::poll(&wanted, 1, 0) > 0;
}

}  // namespace

DnsSdRef::DnsSdRef(const DnsSdApi& api,
                   const boost::asio::any_io_executor& executor)
    : api_(api), descriptor_(executor), teller_(executor) {}

DnsSdRef::~DnsSdRef() {
  if (ref_ == nullptr) return;
  // The descriptor is the library's: Asio lets go of it and does not close it.
  if (descriptor_.is_open()) descriptor_.release();
  api_.ref_deallocate(ref_);
}

DNSServiceErrorType DnsSdRef::start(const Call& call, OnFailure on_failure) {
  on_failure_ = std::move(on_failure);
  DNSServiceRef ref = nullptr;
  if (const auto code = call(&ref); code != kDNSServiceErr_NoError) return code;
  ref_ = ref;
  boost::system::error_code error;
  descriptor_.assign(api_.ref_sock_fd(ref_), error);
  if (error) return kDNSServiceErr_BadReference;
  wait();
  return kDNSServiceErr_NoError;
}

void DnsSdRef::wait() {
  // A wait that is over may still stand in the loop's queue when this ends.
  descriptor_.async_wait(
      boost::asio::posix::descriptor_base::wait_read,
      teller_.while_alive([this](boost::system::error_code error) {
        if (error) return fail(kDNSServiceErr_BadReference);
        // The library waits where nothing is to be read, and Asio may wake this
        // by what a descriptor before this one had to read: it uses the state
        // of a released descriptor again while that stands in its queue.
        if (!is_readable(descriptor_.native_handle())) return wait();
        const auto code = api_.process_result(ref_);
        if (code != kDNSServiceErr_NoError) return fail(code);
        wait();
      }));
}

void DnsSdRef::fail(DNSServiceErrorType code) {
  const OnFailure call = std::move(on_failure_);  // it may destroy this
  call(code);
}

}  // namespace berth::mdns
