#include "server/http/request_parser.h"

#include "tests/support/catch.h"

namespace berth::http {
namespace {

// The status of the rejection; 0: a whole request.
int verdict(std::string_view bytes, std::size_t part) {
  Limits limits;
  limits.header_size = 64;
  RequestParser parser(limits);
  std::string buffer;
  for (; !bytes.empty() && !parser.done();
       bytes.remove_prefix(std::min(part, bytes.size()))) {
    buffer += bytes.substr(0, part);
    for (int step = 0; step < 2; ++step)  // the header, the body
      if (const auto rejection = parser.feed(buffer)) return rejection->status;
  }
  REQUIRE(parser.done());
  return 0;
}

TEST_CASE("the verdict on a request does not depend on how its bytes come") {
  const std::string chunked =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  struct Row {
    std::string bytes;
    int status;
  };
  const auto row = GENERATE_COPY(
      Row{chunked + "0\r\n\r\n", 0}, Row{chunked + "2\r\n[]\r\n0\r\n\r\n", 0},
      Row{chunked + "2;" + std::string(70, 'x') + "\r\n[]\r\n0\r\n\r\n", 400},
      Row{chunked + "2;x=\"a\"\r\n[]\r\n0;x=\"a\"\r\nA: b\r\n\r\n", 0},
      Row{chunked + "002;x=\"\r\n[]\r\n0\r\n\r\n", 400},
      Row{chunked + "2\r\n[]\r\n1;x=\"\r\n \"\r\n0\r\n\r\n", 400},
      Row{chunked + "0\r\nA: " + std::string(70, 'x') + "\r\n\r\n", 400},
      Row{"GET / HTTP/1.1\r\nA: " + std::string(70, 'x') + "\x01\r\n\r\n", 431},
      Row{"GET / HTTP/1.1\r\nA: " + std::string(70, 'x') + "\n\r\n", 431},
      Row{"GET / HTTP/1.1\r\nA: \x01" + std::string(70, 'x') + "\r\n\r\n",
          400});
  CAPTURE(row.bytes);
  CHECK(verdict(row.bytes, row.bytes.size()) == row.status);
  CHECK(verdict(row.bytes, 1) == row.status);
  CHECK(verdict(row.bytes, 7) == row.status);
}

}  // namespace
}  // namespace berth::http
