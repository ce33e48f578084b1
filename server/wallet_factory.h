// The wallet that the settings ask for.
#pragma once

#include <memory>

#include "registry/base/async.h"
#include "server/settings.h"
#include "server/wallet.h"

namespace berth::server {

// A dev wallet's mnemonic is read from `mnemonic` in the data directory, and
// made there (0600) where it is missing; the claim must be held.
// Errc::invalid, denied: what is wrong with it, or with the upstream's URL.
// `timers` must outlive the wallet.
[[nodiscard]] Result<std::unique_ptr<Wallet>> make_wallet(
    const Settings& settings, asio::any_io_executor executor, Timers& timers);

}  // namespace berth::server
