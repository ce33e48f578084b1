// Who this program is to browsers, and which extensions it serves. The
// manifests that browsers find it by say the same.
#pragma once

namespace berth::native_host {

// What the extension asks its browser for.
inline constexpr const char* kHostName = "app.berth.registry";

// Firefox: browser_specific_settings.gecko.id of the extension's manifest.
inline constexpr const char* kFirefoxId = "berth@berth.app";

// Chromium and what is built on it: `key` of the extension's manifest, the
// public half (SPKI, base64) of an RSA key of 2048 bits. Its private half was
// thrown away: nothing is signed with it, it only fixes the id.
inline constexpr const char* kChromiumKey =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwDAI7fb+FoSA6UXL"
    "ys3RBuF0IJv5ZL0UpHp3xiDcg6noP2radkZoxwjCLj8qE/vR3XmaIjLsj0pD"
    "1P9l21xFDShcDKsnbREQE3BgeUm6oG5FT6/rVShEwJXmUhxhVahPrkvS4owu"
    "aGXeoe8exB1FAuLm9ZuQHvpukzvqZud4Rza0jmyd8wp4LXicz/FIH0C9Uann"
    "jCF4iHElMU13vuVUDina/l8z7sNXCG9hKpQlFzvBB2sNJBsvZdexrslmaqLw"
    "Pnua58/3E4rZbafuKc4rp17hklQ9RXKS5O88yC+V/6zpKzJ6e9llGXiYIF+K"
    "0n01BMpsRxnFJTGKDyJGKeLf+QIDAQAB";
// The first 128 bits of the SHA-256 of that key's DER, as a to p.
inline constexpr const char* kChromiumId = "bmdcepieiabkbkljmofannibefbjbnnd";

}  // namespace berth::native_host
