// berth-native-host: started by a browser for Berth's extension, which it
// speaks to over stdin and stdout. README.md has the messages.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <iostream>

#include "provider/native_host/extension_ids.h"
#include "provider/native_host/help.h"
#include "provider/native_host/host.h"
#include "registry/base/harden.h"
#include "registry/base/text.h"
#include "registry/file_registry.h"

namespace {

using namespace berth;
using namespace berth::native_host;

// Chromium: the extension's origin. Firefox: the manifest's path, then the id.
bool is_our_extension(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return false;
  if (arguments[0].starts_with("chrome-extension:"))
    return arguments[0] ==
           "chrome-extension://" + std::string(kChromiumId) + "/";
  return arguments.size() == 2 && arguments[1] == kFirefoxId;
}

int fail(const Error& error) {
  std::cerr << "berth-native-host: " << visible(error.message) << '\n';
  return 1;
}

int tell(const std::string& text) {
  std::cout << text;
  return 0;
}

class Program {
 public:
  explicit Program(Paths paths)
      : registry_(paths.registry, io_.get_executor(), timers_),
        input_(io_, STDIN_FILENO),
        output_(Descriptor(io_, STDOUT_FILENO),
                [this](const Error& error) { end(error); }),
        host_(io_.get_executor(), timers_, registry_, std::move(paths),
              output_) {}

  // Until the browser closes stdin.
  Result<void> run() {
    asio::co_spawn(
        io_,
        read_messages(input_,
                      [this](const auto& text) { return host_.take(text); }),
        [this](const std::exception_ptr& thrown, const Result<void>& read) {
          if (thrown) std::rethrow_exception(thrown);
          end(read ? Error() : read.error());
        });
    while (!ended_) io_.run_one();
    return why_.message.empty() ? Result<void>() : why_;
  }

 private:
  // `why` is empty: the browser wished it.
  void end(const Error& why) {
    if (std::exchange(ending_, true)) return;
    why_ = why;
    boost::system::error_code ignored;  // nothing more is read
    input_.close(ignored);
    asio::co_spawn(io_, host_.stop(), [this](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
      ended_ = true;
    });
  }

  asio::io_context io_{1};
  AsioTimers timers_{io_.get_executor()};
  registry::FileRegistry registry_;
  Descriptor input_;
  Output output_;
  Host host_;
  bool ending_ = false;
  bool ended_ = false;
  Error why_;
};

Result<void> serve() {
  auto paths = find_paths();
  if (!paths) return paths.error();
  Program program(std::move(*paths));
  return program.run();
}

}  // namespace

int main(int argc, char** argv) {
  harden_process();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string option = arguments.empty() ? "" : arguments[0];
  if (option == "--help" || option == "-h") return tell(kHelp);
  if (option == "--version")
    return tell("berth-native-host " BERTH_VERSION "\n");
  if (!is_our_extension(arguments))
    return fail(
        {Errc::denied,
         "browsers start it for Berth's extension, see: berth browser"});
  const auto served = serve();
  return served ? 0 : fail(served.error());
}
