// Raw bytes against a real socket. "row N": the row of the attack checklist
// that the case stands for.
#include "tests/support/catch.h"
#include "tests/support/http_host.h"

namespace berth::http {
namespace {

using test::HttpHost;
using test::RawClient;

int handled = 0;

asio::awaitable<Response> count_and_answer(Request) {
  ++handled;
  co_return Response{200, R"({"effect":true})"};
}

Router routes() {
  handled = 0;
  Router router;
  router.add("GET", "/read", count_and_answer);
  router.add("POST", "/change", count_and_answer);
  router.add("DELETE", "/change", count_and_answer);
  return router;
}

struct Row {
  const char* name;
  const char* bytes;  // $ stands for the port
  int status;
};

#define JSON "Content-Type: application/json\r\n"
#define HOST "Host: 127.0.0.1:$\r\n"

const Row kRows[] = {
    {"row 1: Host of another site",
     "GET /read HTTP/1.1\r\nHost: evil.com\r\n\r\n", 403},
    {"row 1: Host of another site with our port",
     "GET /read HTTP/1.1\r\nHost: evil.com:$\r\n\r\n", 403},
    {"row 2: 0.0.0.0", "GET /read HTTP/1.1\r\nHost: 0.0.0.0:$\r\n\r\n", 403},
    {"row 2: 127.0.0.2", "GET /read HTTP/1.1\r\nHost: 127.0.0.2:$\r\n\r\n",
     403},
    {"row 2: wrong port", "GET /read HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n",
     403},
    {"row 2: no port", "GET /read HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 403},
    {"row 2: trailing dot", "GET /read HTTP/1.1\r\nHost: localhost.:$\r\n\r\n",
     403},
    {"row 2: user@host", "GET /read HTTP/1.1\r\nHost: a@localhost:$\r\n\r\n",
     403},
    {"row 2: IPv6 loopback", "GET /read HTTP/1.1\r\nHost: [::1]:$\r\n\r\n",
     403},
    {"row 2: empty", "GET /read HTTP/1.1\r\nHost:\r\n\r\n", 403},
    {"row 3: two Host", "GET /read HTTP/1.1\r\n" HOST HOST "\r\n", 400},
    {"row 3: two Host, the other foreign",
     "GET /read HTTP/1.1\r\n" HOST "Host: evil.com\r\n\r\n", 400},
    {"row 3: no Host", "GET /read HTTP/1.1\r\n\r\n", 400},
    {"row 3: no Host in HTTP/1.0", "GET /read HTTP/1.0\r\n\r\n", 400},
    {"row 4: absolute form",
     "GET http://evil.com/read HTTP/1.1\r\n" HOST "\r\n", 400},
    {"row 4: authority form", "CONNECT evil.com:443 HTTP/1.1\r\n" HOST "\r\n",
     400},
    {"row 4: asterisk form", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 400},
    {"row 5: Origin null", "GET /read HTTP/1.1\r\n" HOST "Origin: null\r\n\r\n",
     403},
    {"row 5: Origin of a page",
     "GET /read HTTP/1.1\r\n" HOST "Origin: https://good.com\r\n\r\n", 403},
    {"row 5: Origin in upper case",
     "GET /read HTTP/1.1\r\n" HOST "Origin: HTTP://GOOD.COM\r\n\r\n", 403},
    {"row 5: empty Origin", "GET /read HTTP/1.1\r\n" HOST "Origin:\r\n\r\n",
     403},
    {"row 7: two Origin",
     "GET /read HTTP/1.1\r\n" HOST
     "Origin: chrome-extension://a\r\nOrigin: chrome-extension://a\r\n\r\n",
     400},
    {"row 10: POST of text",
     "POST /change HTTP/1.1\r\n" HOST
     "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
     415},
    {"row 10: POST of a form",
     "POST /change HTTP/1.1\r\n" HOST
     "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
     "2\r\n\r\n{}",
     415},
    {"row 10: POST without a type",
     "POST /change HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}", 415},
    {"row 10: POST with two types",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
     415},
    {"row 10: DELETE without a type", "DELETE /change HTTP/1.1\r\n" HOST "\r\n",
     415},
    {"row 11: GET of a verb with effect",
     "GET /change HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 405},
    {"row 11: HEAD of a verb with effect",
     "HEAD /change HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 405},
    {"row 12: preflight of a stranger",
     "OPTIONS /change HTTP/1.1\r\n" HOST
     "Origin: https://evil.com\r\nAccess-Control-Request-Method: "
     "POST\r\nAccess-Control-Request-Private-Network: true\r\n\r\n",
     403},
    {"row 12: preflight without Origin",
     "OPTIONS /change HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 405},
    {"row 21: CL and TE",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     400},
    {"row 21: two CL",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
     400},
    {"row 21: CL 2, 2",
     "POST /change HTTP/1.1\r\n" HOST JSON "Content-Length: 2, 2\r\n\r\n{}",
     400},
    {"row 21: CL +2",
     "POST /change HTTP/1.1\r\n" HOST JSON "Content-Length: +2\r\n\r\n{}", 400},
    {"row 21: CL -1",
     "POST /change HTTP/1.1\r\n" HOST JSON "Content-Length: -1\r\n\r\n{}", 400},
    {"row 21: CL 2^64",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Content-Length: 18446744073709551616\r\n\r\n{}",
     400},
    {"row 21: xchunked",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
     400},
    {"row 21: chunked, identity",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
     400},
    {"row 21: gzip, chunked",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
     400},
    {"row 21: two TE",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n",
     400},
    {"row 21: obs-fold by space",
     "GET /read HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400},
    {"row 21: obs-fold by tab",
     "GET /read HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n", 400},
    {"row 21: obs-fold in the first field",
     "GET /read HTTP/1.1\r\n Host: evil\r\n" HOST "\r\n", 400},
    {"row 21: bare LF", "GET /read HTTP/1.1\nHost: 127.0.0.1:$\n\n", 400},
    {"row 21: one bare LF", "GET /read HTTP/1.1\r\n" HOST "X: a\nY: b\r\n\r\n",
     400},
    {"row 21: lone CR", "GET /read HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400},
    {"row 21: escape in a header",
     "GET /read HTTP/1.1\r\n" HOST "X: a\x1b[2J\r\n\r\n", 400},
    {"row 21: space before the colon",
     "GET /read HTTP/1.1\r\n" HOST "X : a\r\n\r\n", 400},
    {"row 21: chunk size that overflows",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{}",
     400},
    {"HTTP/2.0", "GET /read HTTP/2.0\r\n" HOST "\r\n", 400},
    {"HTTP/0.9", "GET /read\r\n\r\n", 400},
    {"an empty line first", "\r\n\r\nGET /read HTTP/1.1\r\n" HOST "\r\n", 400},
    {"an unknown Expect",
     "POST /change HTTP/1.1\r\n" HOST JSON
     "Expect: cake\r\nContent-Length: 2\r\n\r\n{}",
     417},
    {"a body over the limit",
     "POST /change HTTP/1.1\r\n" HOST JSON "Content-Length: 1048577\r\n\r\n",
     413},
};

std::string with_port(std::string text, std::uint16_t port) {
  for (auto at = text.find('$'); at != std::string::npos; at = text.find('$'))
    text.replace(at, 1, std::to_string(port));
  return text;
}

TEST_CASE(
    "rows 1 to 5, 7, 10 to 12 and 21: what is malformed or foreign is "
    "refused") {
  ServerOptions options;
  options.policy.refuse_pages = true;
  HttpHost host(routes(), options);
  for (const auto& row : kRows) {
    DYNAMIC_SECTION(row.name) {
      RawClient client(host);
      client.send(with_port(row.bytes, host.server.port()));
      const auto answer = client.read_all();
      CHECK(answer.substr(0, 13) ==
            "HTTP/1.1 " + std::to_string(row.status) + " ");
      CHECK(answer.find("Access-Control") == std::string::npos);
      CHECK(answer.find("X-Content-Type-Options: nosniff\r\n") !=
            std::string::npos);
      CHECK(handled == 0);
      const auto& counters = host.server.counters();
      CHECK(counters.rejected + counters.requests == 1);
      CHECK(counters.rejected == (row.status == 405 ? 0 : 1));
    }
  }
}

TEST_CASE("row 21: NUL in a header, and a TLS hello, are 400 at once") {
  HttpHost host(routes());
  const std::string hello("\x16\x03\x01\x00\xa5\x01\x00", 7);
  const auto head = test::get(host, "/read", std::string("X: a\0b\r\n", 8));
  for (const auto& bytes : {hello, head}) {
    RawClient client(host);
    CHECK(client.send(bytes).read_all().starts_with("HTTP/1.1 400 "));
  }
}

TEST_CASE("a header over 8 KiB is 431, one below is served") {
  HttpHost host(routes());
  RawClient small(host);
  const auto most = "X: " + std::string(8000, 'a') + "\r\n";
  small.send(test::get(host, "/read", most));
  CHECK(small.read_response().starts_with("HTTP/1.1 200 "));
  RawClient large(host);
  const auto over = "X: " + std::string(8192, 'a');
  large.send("GET /read HTTP/1.1\r\n" + over);
  CHECK(large.read_all().starts_with("HTTP/1.1 431 "));
}

TEST_CASE("a chunked body is limited, and so is what surrounds its chunks") {
  ServerOptions options;
  options.limits.body_size = 100;
  HttpHost host(routes(), options);
  const auto head = "POST /change HTTP/1.1\r\nHost: 127.0.0.1:" +
                    std::to_string(host.server.port()) +
                    "\r\nContent-Type: application/json\r\nTransfer-Encoding: "
                    "chunked\r\n\r\n";
  SECTION("within") {
    RawClient client(host);
    client.send(head + "32\r\n" + std::string(50, ' ') + "\r\n0\r\n\r\n");
    CHECK(client.read_response().starts_with("HTTP/1.1 200 "));
  }
  SECTION("over") {
    RawClient client(host);
    client.send(head + "32\r\n" + std::string(50, ' ') + "\r\n33\r\n" +
                std::string(51, ' ') + "\r\n0\r\n\r\n");
    CHECK(client.read_all().starts_with("HTTP/1.1 413 "));
  }
  SECTION("endless chunk extension") {
    RawClient client(host);
    client.send(head + "32;" + std::string(20'000, 'x'));
    CHECK(client.read_all().starts_with("HTTP/1.1 400 "));
  }
}

}  // namespace
}  // namespace berth::http
