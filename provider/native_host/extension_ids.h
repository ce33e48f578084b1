// Who may speak to berth-native-host, and by which name browsers know it.
#pragma once

namespace berth::native_host {

inline constexpr const char* kHostName = "app.berth.registry";
inline constexpr const char* kChromiumId = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
inline constexpr const char* kFirefoxId = "berth@berth.app";

}  // namespace berth::native_host
