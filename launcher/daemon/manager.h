// berthd: everything of the launcher that needs somebody to stay awake, put
// together. One thread.
#pragma once

#include "launcher/config.h"
#include "launcher/daemon/notifier.h"
#include "launcher/gateway/gateway.h"
#include "launcher/manager_record.h"
#include "launcher/supervisor/adoption.h"
#include "launcher/supervisor/health_round.h"
#include "launcher/supervisor/process_starter.h"
#include "launcher/supervisor/supervisor.h"
#include "registry/registry.h"

namespace berth::launcher {

class Manager {
 public:
  // Asks that the program end, saying why.
  using OnEnd = std::function<void(const Error& error)>;

  // References must outlive it. `sockets`: those of the service manager.
  Manager(asio::any_io_executor executor, Timers& timers,
          registry::Registry& registry, Paths paths, Environment environment,
          const Config& config, std::vector<UniqueFd> sockets, OnEnd on_end);

  // Serves, publishes its record, looks after what is there, starts what is
  // marked for autostart.
  [[nodiscard]] Result<void> start();

  // Ends its own work and withdraws its record; touches no instance. Also
  // after a failed start().
  asio::awaitable<void> stop();

  [[nodiscard]] const registry::Record& record() const {
    return gateway_.record();
  }

 private:
  void told(const registry::Event& event);
  void round();
  void set_next_round();
  void publish();
  void standing_changed(registry::Standing standing, const Error& error);

  Timers& timers_;
  registry::Registry& registry_;
  OnEnd on_end_;
  std::uint16_t wanted_port_;
  Gateway gateway_;
  Notifier notifier_;
  ProcessStarter starter_;
  Supervisor supervisor_;
  Adoption adoption_;
  HealthRound health_;
  ManagerNews news_;
  std::map<std::string, registry::Record> alive_;  // wallets
  std::unique_ptr<registry::Registration> registration_;
  std::unique_ptr<registry::Watch> watch_;
  Timers::Clock::time_point round_began_;
  Alarm next_round_;
};

}  // namespace berth::launcher
