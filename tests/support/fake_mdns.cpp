#include "tests/support/fake_mdns.h"

#include <map>
#include <set>
#include <utility>

#include "registry/base/teller.h"

namespace berth::test {

using namespace mdns;
using What = Sighting::What;

namespace {

// What a record says to who sees it.
Seen seen_as(const std::string& name, std::uint16_t port, const Txt& txt) {
  Seen seen{name, port, {}, {}};
  if (auto service = parse_service(name, port, txt))
    seen.service = *service;
  else
    seen.problem = service.error().message;
  return seen;
}

// Whoever uses the daemon: hears of each change on the link, and tells its
// status, all in later turns of the loop.
class Client {
 public:
  Client(std::shared_ptr<FakeLink::State> link, OnStatus on_status);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  virtual ~Client();

  void look_later() {
    teller.later([this] { look(); });
  }
  void set(Status status);
  // Takes over what the daemon is; false: it does not serve.
  bool served();

  virtual void look() = 0;

  std::shared_ptr<FakeLink::State> link;
  OnStatus on_status;
  Status status;
  Teller teller;
};

}  // namespace

struct FakeLink::State {
  explicit State(boost::asio::any_io_executor e) : executor(std::move(e)) {}

  void changed() {
    for (auto* client : clients) client->look_later();
  }

  boost::asio::any_io_executor executor;
  Status daemon{Status::State::published, {}, {}};
  struct Record {
    Seen seen;
    const Client* owner = nullptr;  // none: forged
  };
  std::map<std::string, Record> records;
  std::set<Client*> clients;
};

namespace {

Client::Client(std::shared_ptr<FakeLink::State> l, OnStatus call)
    : link(std::move(l)), on_status(std::move(call)), teller(link->executor) {
  link->clients.insert(this);
  look_later();
}

Client::~Client() { link->clients.erase(this); }

void Client::set(Status next) {
  if (next == status) return;
  status = std::move(next);
  if (!on_status) return;
  teller.later([call = on_status, told = status] { call(told); });
}

bool Client::served() {
  if (status.state == Status::State::denied) return false;
  const bool serves = link->daemon.state == Status::State::published;
  if (!serves) set(link->daemon);
  return serves;
}

class FakePublication : public Publication, Client {
 public:
  FakePublication(std::shared_ptr<FakeLink::State> on, Service service,
                  OnStatus call)
      : Client(std::move(on), std::move(call)), service_(std::move(service)) {}
  ~FakePublication() override { give_up_name(); }

  Result<void> update(const Service& service) override {
    if (auto ok = check_update(service_, service); !ok) return ok;
    service_ = service;
    if (own_record() == link->records.end()) return {};
    own_record()->second.seen = seen();
    link->changed();
    return {};
  }
  const Status& status() const override { return Client::status; }

 private:
  void look() override {
    if (!served()) return give_up_name();
    if (own_record() != link->records.end()) return;
    set({Status::State::registering, {}, {}});
    while (link->records.contains(name())) ++attempt_;
    link->records[name()] = {seen(), this};
    link->changed();
    set({Status::State::published, name(), {}});
  }

  void give_up_name() {
    if (own_record() == link->records.end()) return;
    link->records.erase(own_record());
    link->changed();
  }

  std::map<std::string, FakeLink::State::Record>::iterator own_record() {
    const auto found = link->records.find(name());
    const bool own =
        found != link->records.end() && found->second.owner == this;
    return own ? found : link->records.end();
  }
  std::string name() const { return service_name(service_.id, attempt_); }
  Seen seen() const { return seen_as(name(), service_.port, to_txt(service_)); }

  Service service_;
  int attempt_ = 1;
};

class FakeBrowser : public Browser, Client {
 public:
  FakeBrowser(std::shared_ptr<FakeLink::State> on, OnSighting on_sighting,
              OnStatus call)
      : Client(std::move(on), std::move(call)),
        on_sighting_(std::move(on_sighting)) {}

  const Status& status() const override { return Client::status; }

 private:
  void look() override {
    const bool runs = served();
    if (runs) set({Status::State::published, {}, {}});
    tell_difference(runs ? present() : std::map<std::string, Seen>());
    if (runs && !settled_) tell({What::settled, {}});
    settled_ = runs;
  }

  std::map<std::string, Seen> present() const {
    std::map<std::string, Seen> all;
    for (const auto& [name, record] : link->records) all[name] = record.seen;
    return all;
  }

  void tell_difference(std::map<std::string, Seen> now) {
    for (const auto& [name, seen] : known_)
      if (!now.contains(name)) tell({What::lost, {name, 0, {}, {}}});
    for (const auto& [name, seen] : now) {
      const auto before = known_.find(name);
      if (before == known_.end() || before->second != seen)
        tell({What::found, seen});
    }
    known_ = std::move(now);
  }

  void tell(const Sighting& sighting) {
    if (!on_sighting_) return;
    teller.later([call = on_sighting_, sighting] { call(sighting); });
  }

  OnSighting on_sighting_;
  std::map<std::string, Seen> known_;
  bool settled_ = false;
};

}  // namespace

FakeLink::FakeLink(boost::asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(executor))) {}

void FakeLink::stop(const std::string& reason) {
  state_->daemon = {Status::State::unavailable, {}, reason};
  state_->changed();
}

void FakeLink::start() {
  state_->daemon = {Status::State::published, {}, {}};
  state_->changed();
}

void FakeLink::deny(const std::string& reason) {
  state_->daemon = {Status::State::denied, {}, reason};
  state_->changed();
}

void FakeLink::forge(const std::string& name, std::uint16_t port, Txt txt) {
  state_->records[name] = {seen_as(name, port, txt), nullptr};
  state_->changed();
}

void FakeLink::withdraw(const std::string& name) {
  state_->records.erase(name);
  state_->changed();
}

Result<std::unique_ptr<Publication>> FakeMdns::publish(const Service& service,
                                                       OnStatus on_status) {
  if (auto ok = check(service); !ok) return ok.error();
  return std::make_unique<FakePublication>(state_, service,
                                           std::move(on_status));
}

std::unique_ptr<Browser> FakeMdns::browse(OnSighting on_sighting,
                                          OnStatus on_status) {
  return std::make_unique<FakeBrowser>(state_, std::move(on_sighting),
                                       std::move(on_status));
}

}  // namespace berth::test
