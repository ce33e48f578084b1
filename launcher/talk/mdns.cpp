#include "registry/mdns/mdns.h"

#include <boost/asio/io_context.hpp>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "launcher/talk/talk.h"
#include "registry/base/timers.h"

namespace berth::talk {
namespace {

using nlohmann::json;
using State = mdns::Status::State;
using What = mdns::Sighting::What;

// avahi-daemon takes a second to say that it knows of no more.
constexpr std::chrono::seconds kBrowseLimit{3};

json to_json(const mdns::Seen& seen) {
  return {{"name", seen.name},
          {"port", seen.port},
          {"id", seen.service.id},
          {"problem", seen.problem}};
}

// Browses until what is there has been told, or nothing can be.
class Look {
 public:
  json finish() {
    const Alarm limit = timers_.after(kBrowseLimit, [this] { io_.stop(); });
    const auto mdns = mdns::make_mdns(io_.get_executor(), timers_);
    const auto browser =
        mdns->browse([this](const mdns::Sighting& sighting) { take(sighting); },
                     [this](const mdns::Status& status) {
                       if (mdns::is_down(status)) io_.stop();
                     });
    io_.run();
    mdns::Status status = browser->status();
    if (status.state == State::connecting || status.state == State::registering)
      status = {State::unavailable, "", "the mDNS daemon does not answer"};
    json answer{{"backend", mdns::backend_name()},
                {"state", to_string(status.state)},
                {"reason", status.reason},
                {"records", json::array()}};
    for (const auto& [name, seen] : seen_)
      answer["records"].push_back(to_json(seen));
    return answer;
  }

 private:
  void take(const mdns::Sighting& sighting) {
    if (sighting.what == What::settled) return io_.stop();
    if (sighting.what == What::found)
      seen_[sighting.seen.name] = sighting.seen;
    else
      seen_.erase(sighting.seen.name);
  }

  boost::asio::io_context io_;
  AsioTimers timers_{io_.get_executor()};
  std::map<std::string, mdns::Seen> seen_;
};

}  // namespace

int mdns() {
  // What others publish may be no UTF-8.
  std::cout << Look().finish().dump(-1, ' ', /*ensure_ascii=*/true,
                                    json::error_handler_t::replace)
            << '\n';
  return 0;
}

}  // namespace berth::talk
