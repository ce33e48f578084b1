// Looks for a wallet by the C++ library, and says how connecting to it ends.
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

#include "provider/client/connection.h"
#include "provider/client/directory.h"
#include "provider/client/http.h"
#include "registry/file_registry.h"
#include "registry/paths.h"

using namespace berth;

asio::awaitable<void> dial(Timers& timers) {
  provider::ConnectOptions options;
  options.instance = std::string("alice");
  const auto connection = co_await provider::connect(
      std::move(options), timers, std::chrono::seconds(5));
  std::cout << (connection ? "connected" : connection.error().message)
            << std::endl;
}

int main() {
  asio::io_context io;
  AsioTimers timers(io.get_executor());
  const auto paths = find_paths();
  if (!paths) return 1;
  registry::FileRegistry files(paths->registry, io.get_executor(), timers);
  const auto instances = provider::Directory(files).list();
  if (!instances) return 1;
  for (const auto& instance : *instances)
    std::cout << instance.name << " " << instance.url << std::endl;
  asio::co_spawn(io, dial(timers), asio::detached);
  io.run();
}
