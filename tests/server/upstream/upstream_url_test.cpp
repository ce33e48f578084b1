#include "server/wallets/upstream_url.h"

#include "tests/support/catch.h"

using berth::server::parse_upstream_url;
using berth::server::UpstreamUrl;

TEST_CASE("a URL says how, where and with what credentials to connect",
          "[upstream]") {
  const auto url =
      parse_upstream_url("https://us%65r:p%40ss@node.example:8443/v3/k?a=b");
  REQUIRE(url.has_value());
  CHECK(url->kind == UpstreamUrl::Kind::http);
  CHECK(url->tls);
  CHECK(url->host == "node.example");
  CHECK(url->port == "8443");
  CHECK(url->target == "/v3/k?a=b");
  CHECK(url->authorization == "Basic dXNlcjpwQHNz");  // user:p@ss
  CHECK(url->authority() == "node.example:8443");
}

TEST_CASE("a URL without port and path uses the scheme's own", "[upstream]") {
  struct Row {
    std::string text, port, target, authority;
    UpstreamUrl::Kind kind;
    bool tls;
  };
  using Kind = UpstreamUrl::Kind;
  const auto row = GENERATE(values<Row>({
      {"http://h", "80", "/", "h", Kind::http, false},
      {"https://h/", "443", "/", "h", Kind::http, true},
      {"ws://h?x", "80", "/?x", "h", Kind::ws, false},
      {"wss://h:443", "443", "/", "h", Kind::ws, true},
      {"ws://[::1]:8546", "8546", "/", "[::1]:8546", Kind::ws, false},
      {"ws://[::1]", "80", "/", "[::1]", Kind::ws, false},
  }));
  const auto url = parse_upstream_url(row.text);
  REQUIRE(url.has_value());
  CHECK(url->port == row.port);
  CHECK(url->target == row.target);
  CHECK(url->authority() == row.authority);
  CHECK(url->kind == row.kind);
  CHECK(url->tls == row.tls);
}

TEST_CASE("the display name holds nothing that may be secret", "[upstream]") {
  const auto row = GENERATE(table<std::string, std::string>({
      {"https://u:secret@n.example/v3/secret?key=secret", "https://n.example"},
      {"ws://secret@127.0.0.1:8546/secret", "ws://127.0.0.1:8546"},
      {"ipc:/run/geth.ipc", "ipc:/run/geth.ipc"},
  }));
  const auto url = parse_upstream_url(std::get<0>(row));
  REQUIRE(url.has_value());
  CHECK(url->display_name == std::get<1>(row));
}

TEST_CASE("what is no upstream URL is refused without repeating it",
          "[upstream]") {
  const std::string text = GENERATE(
      "", "secret", "ftp://secret", "http://", "http://:80", "http://secret:0",
      "http://secret:65536", "http://secret:80x",
      "http://secret:", "http://se cret/", "http://secret/\r\nHost: x",
      "http://secret#x", "http://sec%ret", "http://a%zz@secret", "ws://[::1",
      "ws://[secret]", "ws://[::1]x", "ipc:", "ipc:secret.ipc", "http://sécret",
      "ipc:/" + std::string(107, 's'));
  const auto url = parse_upstream_url(text);
  REQUIRE(url.has_error());
  CHECK(url.error().code == berth::Errc::invalid);
  CHECK(url.error().message.find("ecret") == std::string::npos);
  CHECK_FALSE(url.error().hint.empty());
}
