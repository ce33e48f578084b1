// Takes the extension's messages and has each done. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "provider/native_host/acts.h"
#include "provider/native_host/instances.h"
#include "provider/native_host/message.h"
#include "provider/native_host/stdio.h"
#include "provider/native_host/tunnel.h"

namespace berth::native_host {

class Host {
 public:
  static constexpr std::size_t kMaxRequests = 1024;
  // Bytes of them: an instance that is stopped (SIGSTOP) takes nothing.
  static constexpr std::size_t kMaxRequestBytes = std::size_t{16} << 20;

  // References must outlive it.
  Host(asio::any_io_executor executor, Timers& timers,
       registry::Registry& registry, Paths paths, Output& output);

  // Does what one message says. Errc::invalid: it is none.
  [[nodiscard]] Result<void> take(const std::string& text);

  // Ends all; before destruction.
  asio::awaitable<void> stop();

 private:
  using Work = std::function<asio::awaitable<Answer>(nlohmann::json message)>;

  [[nodiscard]] static std::map<std::string, Work> works_of(
      ActContext context, const Instances& instances);
  void dispatch(Message message, std::size_t bytes);
  void begin(nlohmann::json message, const Work& work, std::size_t bytes);
  asio::awaitable<void> serve(nlohmann::json id,
                              asio::awaitable<Answer> working,
                              std::size_t bytes);
  asio::awaitable<Answer> tunnel(nlohmann::json message);
  void answer(const nlohmann::json& id, Answer answer);
  void refuse(const nlohmann::json& message, Refusal refusal);

  Paths paths_;
  Output& output_;
  provider::Directory directory_;
  Instances instances_;
  Tunnel tunnel_;
  TaskGroup tasks_;     // requests
  TaskGroup programs_;  // what requests began and may go on after them
  std::map<std::string, Work> works_;
  std::size_t pending_ = 0;
  std::size_t pending_bytes_ = 0;
};

}  // namespace berth::native_host
