// Any bytes as requests of one connection, up to a WebSocket. However they
// come, the verdict is the same; what two readers may understand differently is
// never let in.
//
// Input: how it comes and the policy (1 byte), the bytes.
#include <algorithm>

#include "server/http/limits.h"
#include "server/http/request_parser.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace berth;
using namespace berth::http;
using berth::fuzz::require;

// Small, so that inputs of some hundred bytes reach them.
Limits small_limits() {
  Limits limits;
  limits.header_size = 512;
  limits.body_size = 256;
  return limits;
}

const Limits kLimits = small_limits();

Policy policy(bool gateway) {
  Policy policy;
  policy.port = 8766;
  policy.refuse_pages = !gateway;
  if (!gateway) return policy;
  policy.extra_host = "abcdefghijklmnop.localhost";
  policy.any_localhost = {"/pick"};
  policy.other_sites = OtherSites{{"/", "/pick"}, {"/v1/restore"}};
  return policy;
}

struct Seen {
  int status;  // of a rejection; 0: a request, 101: a WebSocket
  std::string method, target, body;
  std::vector<std::string> headers;

  bool operator==(const Seen&) const = default;
};

// One connection, as HttpSession serves it.
class Reader {
 public:
  explicit Reader(const Policy& policy) : policy_(policy) {}

  std::vector<Seen> seen;
  // The bytes of the header that was read last.
  std::string raw_header;

  void add(std::string_view bytes) {
    buffer_ += bytes;
    while (!over_ && step()) continue;
  }

 private:
  // False: more bytes are needed.
  bool step() {
    if (!parser_->has_head()) {
      const std::string before = buffer_;
      if (feed()) return false;
      if (!parser_->has_head()) return false;
      raw_header = before.substr(0, before.size() - buffer_.size());
      judge();
      return true;
    }
    if (feed() || !parser_->done()) return false;
    const auto& head = parser_->head();
    seen.push_back(
        {0, head.method, head.target, parser_->take_body(), lines()});
    over_ = !parser_->keep_alive();
    parser_.emplace(kLimits);
    return !buffer_.empty();
  }

  bool feed() {
    const auto rejection = parser_->feed(buffer_);
    if (rejection) end(rejection->status);
    return rejection.has_value();
  }

  void judge() {
    const auto& head = parser_->head();
    if (const auto bad = check_head(head, policy_)) return end(bad->status);
    require_unambiguous(head);
    if (!wants_websocket(head)) return;
    const auto bad = check_upgrade(head);
    if (bad) return end(bad->status);
    require(head.method == "GET" && head.http_1_1);
    end(101);
  }

  void end(int status) {
    require(status == 101 || (status >= 400 && status <= 431));
    seen.push_back({status, "", "", "", {}});
    over_ = true;
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& [name, value] : parser_->head().headers)
      lines.push_back(name + ":" + value);
    return lines;
  }

  // Lines of the raw header that begin with `name`, whatever a parser says.
  [[nodiscard]] std::size_t raw_count(std::string_view name) const {
    std::size_t count = 0;
    for (auto at = raw_header.find('\n'); at != raw_header.npos;
         at = raw_header.find('\n', at + 1))
      count += iequals(raw_header.substr(at + 1, name.size()), name);
    return count;
  }

  void require_clean_bytes() const {
    require(raw_header.size() <= kLimits.header_size);
    require(raw_header.ends_with("\r\n\r\n"));
    for (std::size_t i = 0; i < raw_header.size(); ++i) {
      const auto byte = static_cast<unsigned char>(raw_header[i]);
      const char next = i + 1 < raw_header.size() ? raw_header[i + 1] : '\0';
      require(byte >= ' ' || byte == '\t' || byte == '\r' || byte == '\n');
      require(byte != 0x7f);
      require((byte == '\r') == (next == '\n'));
      require(byte != '\n' || (next != ' ' && next != '\t'));
    }
  }

  static void require_no_page(std::string_view origin) {
    require(!origin.empty() && !iequals(origin, "null"));
    require(!iequals(origin.substr(0, 5), "http:") &&
            !iequals(origin.substr(0, 6), "https:"));
  }

  void require_unambiguous(const RequestHead& head) const {
    require_clean_bytes();
    require(raw_count("host:") == 1 && raw_count("origin:") <= 1);
    require(head.target.starts_with('/'));
    const auto host = head.find("host").value_or("");
    require(host.ends_with(":8766"));
    require(host.starts_with("127.0.0.1:") ||
            host.find("localhost:") != host.npos);
    require(raw_count("content-length:") + raw_count("transfer-encoding:") <=
            1);
    if (const auto encoding = head.find("transfer-encoding"))
      require(iequals(*encoding, "chunked"));
    if (head.method == "POST" || head.method == "DELETE")
      require(head.find("content-type").value_or("").size() >= 16);
    if (policy_.refuse_pages && head.find("origin"))
      require_no_page(*head.find("origin"));
  }

  const Policy& policy_;
  std::optional<RequestParser> parser_{std::in_place, kLimits};
  std::string buffer_;
  bool over_ = false;
};

std::vector<Seen> read(std::string_view bytes, const Policy& policy,
                       std::size_t part) {
  Reader reader(policy);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(part, bytes.size())))
    reader.add(bytes.substr(0, part));
  for (const auto& seen : reader.seen)
    require(seen.body.size() <= kLimits.body_size);
  return reader.seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2) return 0;
  const auto bytes = berth::fuzz::text_of(data + 1, size - 1);
  const auto judged_by = policy(data[0] >= 0x80);
  const auto whole = read(bytes, judged_by, bytes.size());
  require(whole == read(bytes, judged_by, data[0] % 16 + 1));
  return 0;
}
