// The forward wallet against a real node.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <filesystem>

#include "registry/base/unique_fd.h"
#include "server/wallets/forward_wallet.h"
#include "server/wallets/make_upstream.h"
#include "tests/support/catch.h"
#include "tests/support/io.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::server;
using namespace berth::test;
using nlohmann::json;

namespace {

// The platform's package holds the program itself; the `anvil` of the package
// above it is a script that would only start it.
std::string anvil_program() {
  const std::filesystem::path modules = BERTH_SOURCE_DIR "/tests/node_modules/@foundry-rs";
  for (const auto& entry : std::filesystem::directory_iterator(modules)) {
    const auto program = entry.path() / "bin" / "anvil";
    if (std::filesystem::exists(program)) return program;
  }
  throw std::runtime_error("run tests/server/anvil/install first");
}

// Braces alone would leave it to the compiler whether this copies or nests.
json list_of(json element) {
  auto list = json::array();
  list.push_back(std::move(element));
  return list;
}

class Anvil {
 public:
  explicit Anvil(std::string ipc) : ipc_(std::move(ipc)) { start("0"); }
  ~Anvil() { kill(); }

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  void start_again() { start(port_); }

  [[nodiscard]] std::string url(const std::string& scheme) const {
    if (scheme == "ipc") return "ipc:" + ipc_;
    return scheme + "://127.0.0.1:" + port_;
  }

 private:
  void start(const std::string& port) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    const auto program = anvil_program();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(write_end.get(), STDOUT_FILENO);
      ::execl(program.c_str(), "anvil", "--port", port.c_str(), "--ipc",
              ipc_.c_str(), nullptr);
      ::_exit(127);
    }
    write_end.reset();
    port_ = read_port(read_end.get());
  }

  // Its last line of greeting: "Listening on 127.0.0.1:PORT".
  static std::string read_port(int fd) {
    const std::string words = "Listening on 127.0.0.1:";
    std::string output;
    for (;;) {
      const auto at = output.find(words);
      const auto end = output.find('\n', at);
      if (at != std::string::npos && end != std::string::npos)
        return output.substr(at + words.size(), end - at - words.size());
      char piece[512];
      const auto got = ::read(fd, piece, sizeof piece);
      if (got <= 0) throw std::runtime_error("anvil did not start: " + output);
      output.append(piece, static_cast<std::size_t>(got));
    }
  }

  std::string ipc_;
  std::string port_;
  pid_t pid_ = 0;
};

struct Fixture {
  explicit Fixture(const std::string& scheme)
      : anvil((directory / "anvil.ipc").string()), timers(io.get_executor()) {
    auto upstream = make_upstream(anvil.url(scheme), io.get_executor(), timers);
    REQUIRE(upstream.has_value());
    ForwardOptions options;
    options.expected_chain_id = "0x7a69";
    wallet = std::make_unique<ForwardWallet>(
        std::move(*upstream), io.get_executor(), timers, options);
    wallet->on_event([this](const std::string& event, const json& params) {
      events.emplace_back(event, params);
    });
    run_until(io, [&] { return seen("connect") == 1; });
  }
  ~Fixture() { await(io, wallet->stop()); }

  RpcResult get(const std::string& method, json params = json::array()) {
    return await(io, wallet->request(method, std::move(params)));
  }
  std::size_t seen(const std::string& event) const {
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(),
                      [&](const auto& e) { return e.first == event; }));
  }
  json transaction() {
    const auto accounts = get("eth_accounts").value();
    return list_of(
        {{"from", accounts[0]}, {"to", accounts[1]}, {"value", "0x1"}});
  }

  TempDir directory;
  Anvil anvil;
  asio::io_context io;
  AsioTimers timers;
  std::unique_ptr<ForwardWallet> wallet;
  std::vector<std::pair<std::string, json>> events;
};

}  // namespace

TEST_CASE("a real node answers over every transport", "[anvil]") {
  Fixture f(GENERATE("http", "ws", "ipc"));
  CHECK(f.get("eth_chainId").value() == "0x7a69");
  CHECK(f.wallet->chain_id() == "0x7a69");
  CHECK(f.wallet->health().ok);
  const auto accounts = f.get("eth_accounts").value();
  CHECK(accounts.size() == 10);
  CHECK(f.get("eth_requestAccounts").value() == accounts);
  CHECK(f.get("net_version").value() == "31337");
  const auto permissions = f.get("wallet_getPermissions").value();
  CHECK(permissions[0]["caveats"][0]["value"] == accounts);
  CHECK(f.get("wallet_switchEthereumChain", list_of({{"chainId", "0x7a69"}}))
            .value()
            .is_null());
  CHECK(f.get("wallet_switchEthereumChain", list_of({{"chainId", "0x1"}}))
            .error()
            .code == 4902);
  CHECK(f.get("anvil_setBalance").error().code == 4200);

  const auto hash = f.get("eth_sendTransaction", f.transaction()).value();
  json receipt;
  // Asked for again and again: that it is mined gives no event here.
  const auto end = std::chrono::steady_clock::now() + test::kPatience;
  while (receipt.is_null() && std::chrono::steady_clock::now() < end)
    receipt = f.get("eth_getTransactionReceipt", list_of(hash)).value();
  REQUIRE_FALSE(receipt.is_null());
  CHECK(receipt["status"] == "0x1");
}

TEST_CASE("new blocks of a real node arrive as messages", "[anvil]") {
  Fixture f(GENERATE("ws", "ipc"));
  const auto id = f.get("eth_subscribe", list_of("newHeads")).value();
  REQUIRE(f.get("eth_sendTransaction", f.transaction()));
  run_until(f.io, [&] { return f.seen("message") > 0; });
  const auto& message = f.events.back().second;
  CHECK(message["type"] == "eth_subscription");
  CHECK(message["data"]["subscription"] == id);
  CHECK(message["data"]["result"]["number"] == "0x1");
  CHECK(f.get("eth_unsubscribe", list_of(id)).value() == true);
}

TEST_CASE("a killed node is noticed, and found again by itself", "[anvil]") {
  Fixture f(GENERATE("http", "ws", "ipc"));
  f.anvil.kill();
  CHECK(f.get("eth_blockNumber").error().code == 4900);
  run_until(f.io, [&] { return f.seen("disconnect") == 1; });
  CHECK_FALSE(f.wallet->health().ok);
  CHECK(f.wallet->health().reason.find("cannot be reached") !=
        std::string::npos);
  CHECK(f.wallet->chain_id() == "0x7a69");

  f.anvil.start_again();
  run_until(f.io, [&] { return f.seen("connect") == 2; });
  CHECK(f.wallet->health().ok);
  CHECK(f.get("eth_blockNumber").value() == "0x0");
}
