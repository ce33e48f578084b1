// Publishes a record for as long as stdin is open, by the C++ library, and
// answers a hello to itself: publish PORT
#include <boost/asio/io_context.hpp>
#include <iostream>

#include "registry/claim.h"
#include "registry/file_registry.h"
#include "registry/own_record.h"
#include "registry/paths.h"
#include "registry/proof/hello_answer.h"

int main(int, char** argv) {
  using namespace berth;
  boost::asio::io_context io;
  AsioTimers timers(io.get_executor());
  const auto paths = find_paths();
  if (!paths) return 1;
  registry::FileRegistry files(paths->registry, io.get_executor(), timers);
  registry::Record record = registry::own_record("alice");
  record.endpoint.port = static_cast<std::uint16_t>(std::stoi(argv[1]));
  const auto registration = files.announce(record, nullptr);
  if (!registration) {
    std::cerr << registration.error().message << "\n";
    return 1;
  }
  const std::string nonce(43, 'A');
  const auto answer =
      answer_hello({record.id, record.endpoint.host, record.endpoint.port},
                   record.token, "{\"nonce\":\"" + nonce + "\"}");
  std::cout << (answer ? "published" : answer.error().message) << std::endl;
  std::cin.get();
}
