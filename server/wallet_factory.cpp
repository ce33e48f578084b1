#include "server/wallet_factory.h"

#include <sys/stat.h>

#include <charconv>

#include "registry/base/files.h"
#include "registry/base/log.h"
#include "server/wallets/bip39.h"
#include "server/wallets/dev_wallet.h"
#include "server/wallets/forward_wallet.h"
#include "server/wallets/make_upstream.h"

namespace berth::server {
namespace {

constexpr std::size_t kMaxMnemonicBytes = 1024;

Result<std::string> read_mnemonic(const std::filesystem::path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
    return Error{Errc::denied, "others can read it: " + file.string(),
                 "chmod 600 " + file.string()};
  return read_file(file, kMaxMnemonicBytes);
}

Result<std::string> find_mnemonic(const std::filesystem::path& data) {
  const auto file = data / "mnemonic";
  auto text = read_mnemonic(file);
  if (text || text.error().code != Errc::not_found) return text;
  const auto made = generate_mnemonic();
  const std::string& words = made.text();
  if (auto ok = replace_file(file, words + "\n"); !ok) return ok.error();
  log::info("made a new mnemonic: " + file.string());
  return words;
}

Result<std::unique_ptr<Upstream>> open_upstream(
    const Settings& settings, const asio::any_io_executor& executor,
    Timers& timers) {
  auto upstream = make_upstream(settings.wallet.upstream, executor, timers);
  if (!upstream && upstream.error().hint.empty())
    return Error{upstream.error().code, upstream.error().message,
                 "berth profile set " + settings.name + " upstream URL"};
  return upstream;
}

Result<std::unique_ptr<Wallet>> make_dev_wallet(
    const Settings& settings, const asio::any_io_executor& executor,
    Timers& timers) {
  DevWalletOptions options;
  const std::string& chain = settings.wallet.chain_id;
  const auto [end, error] = std::from_chars(
      chain.data() + 2, chain.data() + chain.size(), options.chain_id, 16);
  if (!chain.starts_with("0x") || error != std::errc() ||
      end != chain.data() + chain.size())
    return Error{Errc::invalid, "not a chain id: " + chain,
                 "berth profile set " + settings.name + " chain-id N"};
  auto mnemonic = find_mnemonic(settings.data);
  if (!mnemonic) return mnemonic.error();
  options.mnemonic = std::move(*mnemonic);
  if (!settings.wallet.upstream.empty()) {
    auto upstream = open_upstream(settings, executor, timers);
    if (!upstream) return upstream.error();
    options.upstream = std::move(*upstream);
  }
  auto wallet = DevWallet::create(executor, std::move(options));
  if (!wallet)
    return Error{wallet.error().code,
                 wallet.error().message + ": " +
                     (settings.data / "mnemonic").string(),
                 wallet.error().hint};
  log::warn(
      "dev wallet: for development and tests only, its keys lie unencrypted "
      "in " +
      settings.data.string());
  return std::unique_ptr<Wallet>(std::move(*wallet));
}

Result<std::unique_ptr<Wallet>> make_forward_wallet(
    const Settings& settings, const asio::any_io_executor& executor,
    Timers& timers) {
  auto upstream = open_upstream(settings, executor, timers);
  if (!upstream) return upstream.error();
  log::info("forwarding to " + (*upstream)->display_name());
  ForwardOptions options;
  if (!settings.wallet.chain_id.empty())
    options.expected_chain_id = settings.wallet.chain_id;
  return std::unique_ptr<Wallet>(std::make_unique<ForwardWallet>(
      std::move(*upstream), executor, timers, std::move(options)));
}

}  // namespace

Result<std::unique_ptr<Wallet>> make_wallet(const Settings& settings,
                                            asio::any_io_executor executor,
                                            Timers& timers) {
  return settings.wallet.type == WalletSettings::Type::dev
             ? make_dev_wallet(settings, executor, timers)
             : make_forward_wallet(settings, executor, timers);
}

}  // namespace berth::server
