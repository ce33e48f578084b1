#include "registry/base/text.h"

#include "registry/base/encoding.h"
#include "registry/base/random.h"
#include "tests/support/catch.h"

using namespace berth;

TEST_CASE("row 35: what a terminal would act on is made visible", "[base]") {
  CHECK(visible("plain \xc3\xa9 \xe2\x82\xac") ==
        "plain \xc3\xa9 \xe2\x82\xac");
  CHECK(visible("a\x1b[31mb\n\t\r") == "a\\x1b[31mb\\n\\t\\r");
  CHECK(visible("\xe2\x80\xae"
                "evil") == "\\u202eevil");
  CHECK(visible("\xff\xc0\x80") == "\\xff\\xc0\\x80");
  CHECK(visible("\xc2\x9b"
                "31m") == "\\x9b31m");
}

TEST_CASE("row 35: profile names are those that are safe as a file name",
          "[base]") {
  auto good = GENERATE("a", "0", "alice", "a.b-c_d", "x1");
  CHECK(is_profile_name(good));
  CHECK(is_profile_name(std::string(63, 'a')));
  auto bad = GENERATE("", ".", "..", "../x", "-a", "_a", "Alice", "a/b", "a b",
                      "a\n", "\xe2\x80\xae", "\xc3\xa9", "@berthd");
  CAPTURE(bad);
  CHECK(!is_profile_name(bad));
  CHECK(!is_profile_name(std::string(64, 'a')));
}

TEST_CASE("encodings follow RFC 4648 and decode strictly", "[base]") {
  const Bytes bytes{'f', 'o', 'o', 'b', 'a'};
  CHECK(base64url_encode(bytes) == "Zm9vYmE");
  CHECK(base32_encode(bytes) == "mzxw6ytb");
  CHECK(hex_encode(bytes) == "666f6f6261");
  CHECK(base64url_decode("Zm9vYmE") == bytes);
  CHECK(base64url_decode("-_8") == Bytes{0xfb, 0xff});
  CHECK(hex_decode("666F6f6261") == bytes);
  for (auto bad : {"Z", "Zm9vYmE=", "Zm9vYmF", "Zm 9", "+/8"})
    CHECK(!base64url_decode(bad));
  for (auto bad : {"0", "0x00", "zz"}) CHECK(!hex_decode(bad));
}

TEST_CASE("random identifiers have the form they promise", "[base]") {
  const std::string uuid = random_uuid();
  CHECK_THAT(uuid, Catch::Matchers::Matches(
                       "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}"
                       "-[0-9a-f]{12}"));
  CHECK(uuid != random_uuid());
  CHECK_THAT(random_label(), Catch::Matchers::Matches("[a-z][a-z2-7]{15}"));
  CHECK(base64url_decode(random_token())->size() == 32);
}

TEST_CASE("of several lines, only the newlines stay as they are", "[text]") {
  CHECK(visible_lines("a\n\x1b[31mb\n\n\tc") == "a\n\\x1b[31mb\n\n\\tc");
  CHECK(visible_lines("") == "");
  CHECK(visible_lines("\n") == "\n");
}

TEST_CASE("an excerpt is short, and says that it is one", "[text]") {
  CHECK(excerpt("a\x1b") == "a\\x1b");
  CHECK(excerpt(std::string(100, 'a')) == std::string(100, 'a'));
  CHECK(excerpt(std::string(101, 'a')) == std::string(100, 'a') + "...");
  CHECK(excerpt(std::string(99, 'a') + "\xc3\xa9") ==
        std::string(99, 'a') + "\\xc3...");
}
