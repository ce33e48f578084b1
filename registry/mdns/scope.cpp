#include "registry/mdns/scope.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <cerrno>
#include <memory>

namespace berth::mdns {

Result<Scope> Scope::this_machine() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return errno_error(errno, "list interfaces");
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list,
                                                                 ::freeifaddrs);
  constexpr unsigned kWanted = IFF_LOOPBACK | IFF_UP;
  for (const ifaddrs* it = list; it != nullptr; it = it->ifa_next) {
    if ((it->ifa_flags & kWanted) != kWanted) continue;
    if (const unsigned index = ::if_nametoindex(it->ifa_name); index != 0)
      return Scope(index);
  }
  return Error{Errc::unavailable, "no loopback interface is up",
               "ip link set lo up"};
}

}  // namespace berth::mdns
