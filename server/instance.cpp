#include "server/instance.h"

#include <nlohmann/json.hpp>

#include "registry/base/log.h"
#include "registry/own_record.h"
#include "server/rpc_session.h"

namespace berth::server {
namespace {

using namespace std::chrono_literals;

// For connections to end by themselves at a stop, before they are cut.
constexpr auto kStopGrace = 2s;

http::ServerOptions server_options(const Settings& settings) {
  http::ServerOptions options;
  options.limits = settings.limits;
  options.policy.refuse_pages = true;
  // Images, scripts and tabs of a page carry no Origin, but this.
  options.policy.other_sites = http::OtherSites{};
  options.check_peers = settings.check_peers;
  return options;
}

}  // namespace

Instance::Instance(asio::any_io_executor executor, Timers& timers,
                   registry::Registry& registry, mdns::Mdns& mdns,
                   Settings settings, std::unique_ptr<Wallet> wallet,
                   OnEnd on_end)
    : timers_(timers),
      settings_(std::move(settings)),
      wallet_(std::move(wallet)),
      on_end_(std::move(on_end)),
      presence_(registry, mdns, on_end_),
      grants_(settings_.data / "grants.json", timers, access_changes_),
      approvals_(timers, access_changes_, settings_.access),
      gate_(*wallet_, grants_, approvals_, timers, settings_.approve,
            settings_.access,
            [this](const std::string& origin) {
              service_.tell_accounts(origin, grants_.accounts(origin));
            }),
      service_(*wallet_, gate_, metrics_, timers, settings_.access),
      tasks_(executor, log::failure("a request failed")),
      record_(make_record(0)),
      tokens_(record_.token),
      guesses_(timers),
      http_(
          executor, timers,
          make_router(EndpointContext{
              .record = [this]() -> const registry::Record& { return record_; },
              .counters = [this]() -> const http::Counters& {
                return http_.counters();
              },
              .shut_down = [this] { on_end_({}); },
              .tokens = tokens_,
              .changes = access_changes_,
              .grants = grants_,
              .approvals = approvals_,
              .gate = gate_,
              .wallet = *wallet_,
              .service = service_,
              .metrics = metrics_,
              .guesses = guesses_,
              .timers = timers,
              .tasks = tasks_,
              .started = timers.now(),
              .max_pending = settings_.pending_requests,
              .max_of_origin = settings_.access.origin_connections}),
          server_options(settings_)) {
  wallet_->on_event([this](const std::string& event, const auto& params) {
    wallet_event(event, params);
  });
}

registry::Record Instance::make_record(std::uint16_t port) const {
  auto record = registry::own_record(settings_.name);
  record.endpoint.port = port;
  record.level = 2;
  record.started_by = settings_.started_by;
  record.label = settings_.label;
  record.title = settings_.title;
  record.color = settings_.color;
  record.icon = settings_.icon;
  record.extra = nlohmann::json{
      {"wallet", settings_.wallet.type == WalletSettings::Type::dev
                     ? "dev"
                     : "forward"}}.dump();
  return record;
}

asio::awaitable<Result<registry::Record>> Instance::start(BoundPort port) {
  if (auto ok = grants_.load(); !ok) co_return ok.error();
  record_.endpoint.port = port.port;
  record_.chain_id = wallet_->chain_id().value_or("");
  if (auto ok = registry::check(record_); !ok) co_return ok.error();
  port_lock_ = std::move(port.lock);
  if (auto ok = http_.start(std::move(port.listener)); !ok)
    co_return ok.error();
  if (auto ok = presence_.announce(record_); !ok) co_return ok.error();
  co_return presence_.record();
}

asio::awaitable<void> Instance::stop() {
  service_.stop_asking();
  const nlohmann::json gone{{"code", rpc_code::disconnected},
                            {"message", "the instance is stopping"}};
  service_.emit("disconnect", gone);
  end_questions();
  access_changes_.stop();
  co_await wallet_->stop();
  auto answers = last_answers();
  auto sent = co_await with_deadline(std::move(answers), timers_, kStopGrace);
  if (!sent) log::warn("some requests end without an answer");
  co_await http_.stop(kStopGrace);
  tasks_.cancel();
  co_await tasks_.wait();
  withdraw();
}

// What was pending has its outcome now; the connections close after it is sent.
asio::awaitable<bool> Instance::last_answers() {
  co_await tasks_.wait();
  co_return true;
}

void Instance::end_questions() {
  const std::size_t count = approvals_.stop();
  if (count > 0)
    log::warn("questions that nobody had decided yet were ended: " +
              std::to_string(count));
}

void Instance::wallet_event(const std::string& event,
                            const nlohmann::json& params) {
  service_.emit(event, params);
  publish_chain();
}

void Instance::publish_chain() {
  const std::string chain = wallet_->chain_id().value_or("");
  if (chain.empty() || !presence_.is_announced()) return;
  presence_.set_chain(chain);
  record_ = presence_.record();
}

}  // namespace berth::server
