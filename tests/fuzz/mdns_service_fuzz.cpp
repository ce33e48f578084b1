// Any name, port and TXT bytes that another program may publish. Not only "it
// does not crash": what is let in keeps every limit and reads back the same.
//
// Input: the port (2 bytes), the length of the name, the name, the TXT.
#include <algorithm>
#include <cstring>

#include "registry/mdns/service.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace berth;
using namespace berth::mdns;
using berth::fuzz::require;
using berth::fuzz::require_refusal;

void require_comes_back(const Service& service) {
  require(check(service).has_value());
  Announcement announcement;
  announcement.name = service_name(service.id, 2);
  announcement.port = service.port;
  announcement.txt = to_txt(service);
  require(check(announcement).has_value());
  const auto wire = parse_wire(to_wire(announcement.txt));
  require(wire && *wire == announcement.txt);
  const auto again = parse_service(announcement.name, service.port, *wire);
  require(again && *again == service);
}

// The limits as the libraries below have them, said another way.
void require_harmless(const Announcement& announcement) {
  const std::string& name = announcement.name;
  require(!name.empty() && name.size() <= 63);
  require(std::strlen(name.c_str()) == name.size());
  require(is_utf8(name) && name.find_first_of("\x7f\n\x1b") == name.npos);
  require(announcement.port > 0);
  require(to_wire(announcement.txt).size() <= 400);
  for (const auto& entry : announcement.txt) {
    require(!entry.empty() && entry.size() <= 255 && entry[0] != '=');
    const auto key_end = std::find(entry.begin(), entry.end(), '=');
    require(std::all_of(entry.begin(), key_end,
                        [](auto c) { return c >= ' ' && c <= '~'; }));
  }
}

void judge(const std::string& name, std::uint16_t port, const Txt& txt) {
  Announcement announcement;
  announcement.name = name;
  announcement.port = port;
  announcement.txt = txt;
  const auto harmless = check(announcement);
  if (harmless)
    require_harmless(announcement);
  else
    require_refusal(harmless.error());
  const auto service = parse_service(name, port, txt);
  if (!service) return require_refusal(service.error());
  require(harmless.has_value());
  require(service->port == port);
  require_comes_back(*service);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 3) return 0;
  const std::uint16_t port = static_cast<std::uint16_t>(data[0] << 8 | data[1]);
  const std::size_t length = std::min<std::size_t>(data[2], size - 3);
  const std::string name(reinterpret_cast<const char*>(data) + 3, length);
  const auto txt = parse_wire({data + 3 + length, size - 3 - length});
  if (!txt) {
    require_refusal(txt.error());
    return 0;
  }
  const auto again = parse_wire(to_wire(*txt));
  require(again && *again == *txt);
  judge(name, port, *txt);
  return 0;
}
