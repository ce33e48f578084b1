// Nothing is published, nothing is seen.
#include "registry/mdns/mdns.h"
#include "registry/mdns/teller.h"

namespace berth::mdns {
namespace {

class DisabledPublication : public Publication {
 public:
  DisabledPublication(Service service, Status status)
      : service_(std::move(service)), status_(std::move(status)) {}

  Result<void> update(const Service& service) override {
    return check_update(service_, service);
  }
  const Status& status() const override { return status_; }

 private:
  Service service_;
  Status status_;
};

class DisabledBrowser : public Browser {
 public:
  DisabledBrowser(const boost::asio::any_io_executor& executor,
                  OnSighting on_sighting, Status status)
      : status_(std::move(status)), teller_(executor) {
    if (on_sighting)
      teller_.later([on_sighting = std::move(on_sighting)] {
        on_sighting({Sighting::What::settled, {}});
      });
  }
  const Status& status() const override { return status_; }

 private:
  Status status_;
  Teller teller_;
};

class DisabledMdns : public Mdns {
 public:
  DisabledMdns(boost::asio::any_io_executor executor, std::string reason)
      : executor_(std::move(executor)), teller_(executor_) {
    status_.state = Status::State::disabled;
    status_.reason = std::move(reason);
  }

  Result<std::unique_ptr<Publication>> publish(const Service& service,
                                               OnStatus on_status) override {
    if (auto ok = check(service); !ok) return ok.error();
    tell(std::move(on_status));
    return std::make_unique<DisabledPublication>(service, status_);
  }

  std::unique_ptr<Browser> browse(OnSighting on_sighting,
                                  OnStatus on_status) override {
    tell(std::move(on_status));
    return std::make_unique<DisabledBrowser>(executor_, std::move(on_sighting),
                                             status_);
  }

 private:
  void tell(OnStatus on_status) {
    if (!on_status) return;
    teller_.later([status = status_, on_status = std::move(on_status)] {
      on_status(status);
    });
  }

  boost::asio::any_io_executor executor_;
  Teller teller_;
  Status status_;
};

}  // namespace

std::unique_ptr<Mdns> make_disabled(boost::asio::any_io_executor executor,
                                    std::string reason) {
  return std::make_unique<DisabledMdns>(std::move(executor), std::move(reason));
}

}  // namespace berth::mdns
