#include "registry/mdns/dns_sd_operation.h"

namespace berth::mdns {

using namespace std::chrono_literals;

DnsSdOperation::DnsSdOperation(DnsSdShared& shared, Hooks hooks)
    : shared_(shared),
      hooks_(std::move(hooks)),
      backoff_(250ms, 30s),
      teller_(shared.executor) {
  teller_.later([this] { begin(); });
}

void DnsSdOperation::begin() {
  ref_ = std::make_unique<DnsSdRef>(shared_.api, shared_.executor);
  const auto code = ref_->start(
      hooks_.call, [this](DNSServiceErrorType why) { failed(why); });
  if (code != kDNSServiceErr_NoError) return failed(code);
  set({Status::State::registering, {}, {}});
}

void DnsSdOperation::running(const std::string& name) {
  backoff_.reset();
  set({Status::State::published, name, {}});
}

void DnsSdOperation::failed(DNSServiceErrorType code) {
  end_run();
  if (is_denied(code)) return set({Status::State::denied, {}, describe(code)});
  if (code != kDNSServiceErr_Unsupported || !shared_.where.is_local_only())
    return retry(describe(code));
  const auto scope = Scope::this_machine();
  if (!scope) return retry(scope.error().message);
  shared_.where = LocalInterface(*scope);
  restart();
}

void DnsSdOperation::restart() {
  end_run();
  set({Status::State::connecting, {}, {}});
  teller_.later([this] { begin(); });
}

void DnsSdOperation::end_run() {
  ref_.reset();
  if (hooks_.lost) hooks_.lost();
}

void DnsSdOperation::retry(const std::string& reason) {
  set({Status::State::unavailable, {}, reason});
  again_ = shared_.timers.after(backoff_.next(), [this] { begin(); });
}

void DnsSdOperation::set(Status status) {
  if (status == status_) return;
  status_ = std::move(status);
  if (!hooks_.on_status) return;
  teller_.later([call = hooks_.on_status, told = status_] { call(told); });
}

}  // namespace berth::mdns
