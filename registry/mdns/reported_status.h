// A status that tells of its changes, later and in order.
#pragma once

#include <utility>

#include "registry/mdns/mdns.h"
#include "registry/base/teller.h"

namespace berth::mdns {

class ReportedStatus {
 public:
  ReportedStatus(boost::asio::any_io_executor executor, OnStatus on_status)
      : teller_(std::move(executor)), on_status_(std::move(on_status)) {}

  void set(Status status) {
    if (status == status_) return;
    status_ = std::move(status);
    // On a copy: the callback may destroy this.
    if (on_status_)
      teller_.later([call = on_status_, now = status_] { call(now); });
  }
  [[nodiscard]] const Status& get() const { return status_; }

 private:
  Teller teller_;
  OnStatus on_status_;
  Status status_;
};

}  // namespace berth::mdns
