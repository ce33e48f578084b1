#include "registry/base/origin.h"

#include <string>

#include "tests/support/catch.h"

using namespace berth;

TEST_CASE("origins are what a browser writes", "[origin]") {
  const std::string text = GENERATE(
      "https://app.example", "http://app.example", "https://app.example:8443",
      "http://localhost:3000", "http://127.0.0.1", "http://[::1]:3000",
      "https://xn--bcher-kva.example", "https://app.example.",
      "http://a_b.example:1", "https://app.example:80");
  CHECK(is_origin(text));
}

TEST_CASE("row 6: anything else is no origin", "[origin]") {
  const std::string text = GENERATE(
      "", "null", "app.example", "https://", "https://APP.example",
      "HTTPS://app.example", "https://app.example/", "https://app.example:443",
      "http://app.example:80", "https://app.example:0", "https://app.example:",
      "https://app.example:0443", "https://app.example:65536",
      "https://user@app.example", "https://app.example?x", "https://b\xc3\xbc.de",
      "https://app.exam ple", "https://..example", "https://.example",
      "file://", "ftp://app.example", "http://1.2.3", "http://127.1",
      "http://[::1", "http://[0:0::1]", "http://[]", "https://app.example\n",
      "https://app.example:1:2");
  CHECK_FALSE(is_origin(text));
}

TEST_CASE("a name of 254 bytes is no host", "[origin]") {
  CHECK(is_origin("https://" + std::string(253, 'a')));
  CHECK_FALSE(is_origin("https://" + std::string(254, 'a')));
}

TEST_CASE("a program on this computer is told from a site", "[origin]") {
  for (const char* origin :
       {"http://localhost", "http://localhost:3000", "https://a.localhost",
        "http://localhost.", "http://127.0.0.1:80", "http://127.9.9.9:3000",
        "http://[::1]:3000"})
    CHECK(is_loopback_origin(origin));
  for (const char* origin :
       {"http://localhost.example", "https://notlocalhost",
        "http://127.0.0.1.example", "http://128.0.0.1", "http://[::2]"})
    CHECK_FALSE(is_loopback_origin(origin));
}
