// What every test of the client needs: an io_context, real time, a registry.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "provider/client/connection.h"
#include "registry/base/timers.h"
#include "registry/file_registry.h"
#include "tests/support/fake_instance.h"
#include "tests/support/io.h"
#include "tests/support/temp_dir.h"

namespace berth::test {

struct World {
  using Connected = Result<std::unique_ptr<provider::Connection>>;

  asio::io_context io;
  AsioTimers timers{io.get_executor()};
  TempDir home;
  registry::FileRegistry registry{home / "instances", io.get_executor(),
                                  timers};

  Connected connect(const registry::Record& record,
                    provider::OnEvent on_event = nullptr) {
    provider::ConnectOptions options;
    options.instance = record;
    options.on_event = std::move(on_event);
    return connect(std::move(options));
  }

  Connected connect(provider::ConnectOptions options) {
    auto running =
        start(io, provider::connect(std::move(options), timers, kPatience / 2));
    run_until(io, [&] { return running->ended(); });
    if (running->failure) std::rethrow_exception(running->failure);
    return std::move(*running->value);
  }

  provider::RpcResult request(provider::Connection& connection,
                              const std::string& method,
                              const nlohmann::json& params) {
    return await(io, connection.request(method, params));
  }
};

}  // namespace berth::test
