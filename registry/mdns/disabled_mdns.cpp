// Nothing is published, nothing is seen.
#include "registry/mdns/mdns.h"
#include "registry/base/teller.h"

namespace berth::mdns {
namespace {

class DisabledPublication : public Publication {
 public:
  DisabledPublication(boost::asio::any_io_executor executor, Service service,
                      const Status& status, OnStatus on_status)
      : service_(std::move(service)),
        status_(status),
        teller_(std::move(executor)) {
    if (on_status)
      teller_.later(
          [status, on_status = std::move(on_status)] { on_status(status); });
  }

  Result<void> update(const Service& service) override {
    return check_update(service_, service);
  }
  [[nodiscard]] const Status& status() const override { return status_; }

 private:
  Service service_;
  Status status_;
  Teller teller_;
};

class DisabledBrowser : public Browser {
 public:
  DisabledBrowser(boost::asio::any_io_executor executor, const Status& status,
                  OnSighting on_sighting, OnStatus on_status)
      : status_(status), teller_(std::move(executor)) {
    if (on_status)
      teller_.later(
          [status, on_status = std::move(on_status)] { on_status(status); });
    if (on_sighting)
      teller_.later([on_sighting = std::move(on_sighting)] {
        on_sighting({Sighting::What::settled, {}});
      });
  }
  [[nodiscard]] const Status& status() const override { return status_; }

 private:
  Status status_;
  Teller teller_;
};

class DisabledMdns : public Mdns {
 public:
  DisabledMdns(boost::asio::any_io_executor executor, std::string reason)
      : executor_(std::move(executor)) {
    status_.state = Status::State::disabled;
    status_.reason = std::move(reason);
  }

  Result<std::unique_ptr<Publication>> publish(const Service& service,
                                               OnStatus on_status) override {
    if (auto ok = check(service); !ok) return ok.error();
    return std::make_unique<DisabledPublication>(executor_, service, status_,
                                                 std::move(on_status));
  }

  std::unique_ptr<Browser> browse(OnSighting on_sighting,
                                  OnStatus on_status) override {
    return std::make_unique<DisabledBrowser>(
        executor_, status_, std::move(on_sighting), std::move(on_status));
  }

 private:
  boost::asio::any_io_executor executor_;
  Status status_;
};

}  // namespace

std::unique_ptr<Mdns> make_disabled(boost::asio::any_io_executor executor,
                                    std::string reason) {
  return std::make_unique<DisabledMdns>(std::move(executor), std::move(reason));
}

}  // namespace berth::mdns
