#include <nlohmann/json.hpp>

#include "launcher/daemon/notifier.h"
#include "registry/base/bus.h"
#include "registry/base/log.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

constexpr const char* kService = "org.freedesktop.Notifications";
constexpr const char* kPath = "/org/freedesktop/Notifications";

// The body of a notification may hold markup, so text from outside is escaped.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : visible(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string words_for(const std::string& kind) {
  if (kind == "accounts") return "to use your accounts";
  if (kind == "message") return "to sign a message";
  if (kind == "typed_data") return "to sign typed data";
  if (kind == "transaction") return "to send a transaction";
  if (kind == "chain") return "to change the chain";
  return "for an answer";
}

}  // namespace

struct Notifier::Impl {
  boost::asio::any_io_executor executor;
  Timers& timers;
  std::unique_ptr<Bus> bus;  // made when there is something to tell

  bool connect() {
    if (bus) return true;
    auto opened = Bus::open(
        Bus::Which::session, executor, timers, [](sd_bus_message*) {},
        [this](const std::string& reason) {
          log::debug("no desktop notification: " + reason);
          bus.reset();
        });
    if (opened)
      bus = std::move(*opened);
    else
      log::debug("no desktop notification: " + opened.error().message);
    return bus != nullptr;
  }
};

Notifier::Notifier(boost::asio::any_io_executor executor, Timers& timers)
    : impl_(new Impl{std::move(executor), timers, nullptr}) {}

Notifier::~Notifier() = default;

void Notifier::tell(const std::string& profile,
                    const nlohmann::json& question) {
  if (!impl_->connect()) return;
  const auto origin = question.value("origin", nlohmann::json());
  const std::string who =
      origin.is_string() ? origin.get<std::string>() : "a program of yours";
  const std::string summary = "Berth: " + profile + " asks you";
  const std::string body =
      escaped(who + " wants " + words_for(question.value("kind", ""))) +
      ". Decide in the wallet's window, by berth ui or berth approvals.";
  // Notify(app_name, replaces_id, icon, summary, body, actions, hints, expire):
  // no actions, since a decision wants to be read; urgency 1 is "normal",
  // expire -1 the service's default.
  auto request =
      impl_->bus->request(kService, kPath, kService, "Notify");
  request.add("susss", "Berth", 0U, "", summary.c_str(), body.c_str());
  request.add("as", 0);
  request.add("a{sv}", 1, "urgency", "y", 1);
  request.add("i", -1);
  impl_->bus->send(std::move(request));
}

}  // namespace berth::launcher
