#include "server/metrics.h"

#include <algorithm>
#include <fmt/format.h>

namespace berth::server {
namespace {

// A label value needs no escaping when it has only these.
bool is_plain(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '_';
         });
}

void put(std::string& out, const char* name, const char* type,
         std::uint64_t value) {
  out += fmt::format("# TYPE {0} {1}\n{0} {2}\n", name, type, value);
}

void put_limited(std::string& out, const char* what, std::uint64_t count) {
  out +=
      fmt::format("berth_rate_limited_total{{what=\"{}\"}} {}\n", what, count);
}

}  // namespace

void Metrics::answered(const std::string& method, int code,
                       std::chrono::nanoseconds duration) {
  ++messages_;
  if (code != 0) {
    ++errors_;
    // Upstreams choose codes too.
    if (by_code_.size() < kMaxMethods || by_code_.contains(code))
      ++by_code_[code];
  }
  ++count_of(method);
  const auto us =
      std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  const auto bucket = std::lower_bound(kBucketsUs.begin(), kBucketsUs.end(),
                                       static_cast<std::uint64_t>(us));
  ++histogram_[static_cast<std::size_t>(bucket - kBucketsUs.begin())];
  total_time_ += duration;
}

std::uint64_t& Metrics::count_of(const std::string& method) {
  const auto known = by_method_.find(method);
  if (known != by_method_.end()) return known->second;
  const bool has_room = by_method_.size() < kMaxMethods;
  return by_method_[has_room && is_plain(method) ? method : "other"];
}

void Metrics::limited(Limited what) {
  ++(what == Limited::pending ? limited_pending_ : limited_messages_);
}

std::string Metrics::prometheus(const Others& others) const {
  const http::Counters& http = others.http;
  std::string out;
  put(out, "berth_uptime_seconds", "gauge",
      static_cast<std::uint64_t>(others.uptime.count()));
  put(out, "berth_connections_open", "gauge", http.open);
  put(out, "berth_connections_total", "counter", http.accepted);
  put(out, "berth_peers_refused_total", "counter", http.peers_refused);
  put(out, "berth_requests_rejected_total", "counter", http.rejected);
  put(out, "berth_connections_dropped_total", "counter", http.dropped);
  put(out, "berth_slow_readers_total", "counter", http.slow_readers);
  put(out, "berth_approvals_pending", "gauge", others.questions);
  out += "# TYPE berth_rate_limited_total counter\n";
  put_limited(out, "message", limited_messages_);
  put_limited(out, "pending", limited_pending_);
  put_limited(out, "sensitive", others.asked_too_often);
  put_limited(out, "token", others.wrong_tokens);
  out += "# TYPE berth_messages_total counter\n";
  for (const auto& [method, count] : by_method_)
    out += fmt::format("berth_messages_total{{method=\"{}\"}} {}\n", method,
                       count);
  out += "# TYPE berth_errors_total counter\n";
  for (const auto& [code, count] : by_code_)
    out += fmt::format("berth_errors_total{{code=\"{}\"}} {}\n", code, count);
  out += "# TYPE berth_request_seconds histogram\n";
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBucketsUs.size(); ++i) {
    sum += histogram_[i];
    out += fmt::format("berth_request_seconds_bucket{{le=\"{:g}\"}} {}\n",
                       static_cast<double>(kBucketsUs[i]) / 1e6, sum);
  }
  sum += histogram_.back();
  out += fmt::format("berth_request_seconds_bucket{{le=\"+Inf\"}} {}\n", sum);
  out += fmt::format("berth_request_seconds_sum {}\n",
                     static_cast<double>(total_time_.count()) / 1e9);
  out += fmt::format("berth_request_seconds_count {}\n", sum);
  return out;
}

}  // namespace berth::server
