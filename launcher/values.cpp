#include "launcher/values.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using std::chrono::milliseconds;

// The whole text as a number, or nullopt.
std::optional<std::uint64_t> number(std::string_view text, int base = 10) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

Error wrong(const char* must, std::string_view text) {
  return {Errc::invalid, std::string(must) + ": \"" + visible(text) + "\""};
}

struct Unit {
  std::string_view suffix;
  std::uint64_t millis;
};
// "ms" before "m" and "s": the first suffix that fits is taken.
constexpr std::array<Unit, 5> kUnits{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"", 1000}}};
constexpr std::uint64_t kLongest = 24 * 3'600'000;

}  // namespace

Result<milliseconds> parse_duration(std::string_view text) {
  for (const auto& unit : kUnits) {
    if (!text.ends_with(unit.suffix)) continue;
    const auto count = number(text.substr(0, text.size() - unit.suffix.size()));
    if (!count || *count == 0 || *count > kLongest / unit.millis) break;
    return milliseconds(*count * unit.millis);
  }
  return wrong("a time is like 10s, 500ms or 2m, up to 24h", text);
}

Result<std::uint16_t> parse_port(std::string_view text) {
  const auto port = number(text);
  if (!port || *port == 0 || *port > 65535)
    return wrong("a port is a number from 1 to 65535", text);
  return static_cast<std::uint16_t>(*port);
}

Result<PortRange> parse_port_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_port(text.substr(0, dash));
  const auto last = dash == std::string_view::npos
                        ? first
                        : parse_port(text.substr(dash + 1));
  if (!first || !last || *last < *first)
    return wrong("a port range is like 8766-8800", text);
  return PortRange{*first, *last};
}

Result<std::uint64_t> parse_chain_id(std::string_view text) {
  const auto chain =
      text.starts_with("0x") ? number(text.substr(2), 16) : number(text);
  if (!chain || *chain == 0 || *chain > kMaxChainId)
    return wrong("a chain id is a number from 1 to 4503599627370476", text);
  return *chain;
}

std::string to_string(const PortRange& range) {
  return std::to_string(range.first) + "-" + std::to_string(range.last);
}

std::string to_quantity(std::uint64_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%llx",
                static_cast<unsigned long long>(number));
  return text.data();
}

}  // namespace berth::launcher
