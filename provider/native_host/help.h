// What --help prints; the launcher's man_page.cpp makes berth-native-host(1) of
// it.
#pragma once

namespace berth::native_host {

inline constexpr const char* kHelp =
    R"(berth-native-host - what Berth's browser extension speaks to

Usage:
  berth-native-host [--help | --version]
  berth-native-host chrome-extension://ID/
  berth-native-host MANIFEST EXTENSION-ID

Not for people: a browser starts it for Berth's extension, and speaks to it over
stdin and stdout as native messaging has it. It reads the registry, and connects
the extension to the instances that the user picks there. It serves no other
extension. It ends when the browser closes its stdin.

berth browser install makes it known to the browsers of a user; berth browser
status tells whether each would start it.

Options:
  -h, --help  print this, and end
  --version   print the version, and end

Environment:
  BERTH_HOME  where everything of this user lies, see berth(1)

Files:
  ~/.config/chromium/NativeMessagingHosts/app.berth.registry.json
  ~/.mozilla/native-messaging-hosts/app.berth.registry.json
  /etc/chromium/native-messaging-hosts/app.berth.registry.json
  /usr/lib/mozilla/native-messaging-hosts/app.berth.registry.json

Exit status:
  0  the browser closed its stdin
  1  it was not started for Berth's extension, or cannot go on; stderr says why

See also:
  berth(1), berth-registry(5)
)";

}  // namespace berth::native_host
