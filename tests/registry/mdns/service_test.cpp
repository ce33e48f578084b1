// What a record may say and how it is written, with each limit.
#include "registry/mdns/service.h"

#include "tests/support/catch.h"

using namespace berth;
using namespace berth::mdns;

namespace {

const std::string kId = "7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e90";

Service sample() { return {.id = kId, .port = 8766, .chain_id = "0xaa36a7"}; }

Txt strings(const std::vector<std::string>& entries) {
  Txt txt;
  for (const auto& entry : entries)
    txt.emplace_back(entry.begin(), entry.end());
  return txt;
}

Announcement announced() {
  Announcement announcement;
  announcement.name = "berth-7f9c24e8";
  announcement.port = 8766;
  announcement.txt = to_txt(sample());
  return announcement;
}

// As a refusal shows them.
std::string newlines(int count) {
  std::string shown;
  for (int i = 0; i < count; ++i) shown += "\\n";
  return shown;
}

// The message of a refusal, or "accepted".
template <class T>
std::string refusal(const Result<T>& result) {
  if (result) return "accepted";
  CHECK(result.error().code == Errc::invalid);
  return result.error().message;
}

std::string parsed(const std::vector<std::string>& entries) {
  return refusal(parse_service("berth-7f9c24e8", 8766, strings(entries)));
}

}  // namespace

TEST_CASE("a service is refused by the field that is wrong", "[mdns]") {
  CHECK(refusal(check(sample())) == "accepted");
  Service service = sample();

  SECTION("id") {
    const std::string no_uuid = "id is no UUID in lower case: ";
    for (const auto& [id, shown] : std::vector<std::array<std::string, 2>>{
             {"", ""},
             {"7f9c24e8", "7f9c24e8"},
             {"7F9C24E8-3B12-4FEF-91E0-5D2B6A7C8E90",
              "7F9C24E8-3B12-4FEF-91E0-5D2B6A7C8E90"},
             {"7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e9", kId.substr(0, 35)},
             {kId + "0", kId + "0"},
             {"7f9c24e8.3b12-4fef-91e0-5d2b6a7c8e90",
              "7f9c24e8.3b12-4fef-91e0-5d2b6a7c8e90"},
             {"7f9c24e83b12-4fef-91e0-5d2b6a7c8e900",
              "7f9c24e83b12-4fef-91e0-5d2b6a7c8e900"},
             {"7f9c24eg-3b12-4fef-91e0-5d2b6a7c8e90",
              "7f9c24eg-3b12-4fef-91e0-5d2b6a7c8e90"},
             {"\x1b[31m", "\\x1b[31m"}}) {
      service.id = id;
      CHECK(refusal(check(service)) == no_uuid + "\"" + shown + "\"");
    }
  }
  SECTION("port") {
    service.port = 0;
    CHECK(refusal(check(service)) == "port must be 1 to 65535: 0");
    service.port = 65535;
    CHECK(refusal(check(service)) == "accepted");
  }
  SECTION("protocol version") {
    service.protocol_version = 0;
    CHECK(refusal(check(service)) == "protocol version must be at least 1: 0");
  }
  SECTION("chain") {
    for (const auto* good : {"", "0x0", "0x1", "0xffffffffffffffff"}) {
      service.chain_id = good;
      CHECK(refusal(check(service)) == "accepted");
    }
    for (const auto* bad : {"0x", "1", "0x01", "0xAA36A7", "0x1g", "x1", "0X1",
                            "0x10000000000000000"}) {
      service.chain_id = bad;
      CHECK(refusal(check(service)) ==
            "chain is no 0x quantity: \"" + service.chain_id + "\"");
    }
  }
}

TEST_CASE("an update keeps the id and is checked like the first", "[mdns]") {
  Service after = sample();
  after.chain_id = "0x1";
  CHECK(refusal(check_update(sample(), after)) == "accepted");
  after.port = 0;
  CHECK(refusal(check_update(sample(), after)) == "port must be 1 to 65535: 0");
  after = sample();
  after.id.back() = '1';
  CHECK(refusal(check_update(sample(), after)) ==
        "another id, so another service: \"" + after.id + "\"");
}

TEST_CASE("a name says whose it is, and which attempt at a free name",
          "[mdns]") {
  CHECK(service_name(kId) == "berth-7f9c24e8");
  CHECK(service_name(kId, 1) == "berth-7f9c24e8");
  CHECK(service_name(kId, 2) == "berth-7f9c24e8-2");
  CHECK(service_name(kId, 113) == "berth-7f9c24e8-113");
}

TEST_CASE("a record says these strings in this order", "[mdns]") {
  CHECK(to_txt(sample()) ==
        strings({"txtvers=1", "id=" + kId, "pv=1", "chain=0xaa36a7"}));
  Service service = sample();
  service.chain_id.clear();
  service.protocol_version = 4294967295;
  CHECK(to_txt(service) ==
        strings({"txtvers=1", "id=" + kId, "pv=4294967295"}));
}

TEST_CASE("what is written is read back the same", "[mdns]") {
  Service service = sample();
  service.chain_id = GENERATE("", "0x0", "0xffffffffffffffff");
  service.protocol_version = GENERATE(1U, 4294967295U);
  service.port = 65535;
  const auto wire = parse_wire(to_wire(to_txt(service)));
  REQUIRE(wire);
  CHECK(parse_service("any name", service.port, *wire).value() == service);
}

TEST_CASE("every announcement of a service passes its own check", "[mdns]") {
  Announcement announcement = announced();
  CHECK(announcement.type == "_berth._tcp");
  CHECK(refusal(check(announcement)) == "accepted");
}

TEST_CASE("row 40: a name that would harm a library is refused", "[mdns]") {
  Announcement announcement = announced();
  const auto refused = [&](const std::string& name) {
    announcement.name = name;
    const std::string message = refusal(check(announcement));
    // The same rule for what others publish.
    CHECK(refusal(parse_service(name, 1, to_txt(sample()))) == message);
    return message;
  };
  CHECK(refused(std::string(63, 'n')) == "accepted");
  CHECK(refused("caf\xc3\xa9 \xe2\x82\xac.\\ #2") == "accepted");
  CHECK(refused("") == "service name must have 1 to 63 bytes: \"\"");
  CHECK(refused(std::string(64, 'n')) ==
        "service name must have 1 to 63 bytes: \"" + std::string(63, 'n') +
            "\"");
  CHECK(refused("a\xff") == "service name is no UTF-8: \"a\\xff\"");
  CHECK(refused("\xc0\x80") == "service name is no UTF-8: \"\\xc0\\x80\"");
  CHECK(refused("\xed\xa0\x80") ==
        "service name is no UTF-8: \"\\xed\\xa0\\x80\"");
  CHECK(refused("cut\xe2\x82") ==
        "service name is no UTF-8: \"cut\\xe2\\x82\"");
  CHECK(refused("a\nb") == "service name has a control character: \"a\\nb\"");
  CHECK(refused("a\x7f") == "service name has a control character: \"a\\x7f\"");
  CHECK(refused(std::string("a\0b", 3)) ==
        "service name has a control character: \"a\\x00b\"");
}

TEST_CASE("a type keeps to RFC 6335", "[mdns]") {
  Announcement announcement = announced();
  for (const auto* good :
       {"_a._tcp", "_berth._udp", "_a-1-b._tcp", "_123456789012a45._tcp"}) {
    announcement.type = good;
    CHECK(refusal(check(announcement)) == "accepted");
  }
  for (const auto* bad :
       {"", "_", "._tcp", "_._tcp", "berth._tcp", "_berth", "_berth._tcx",
        "_berth-_tcp", "_berth._tcp.", "_berth._tcp.local", "_Berth._tcp",
        "_be_rth._tcp", "_-berth._tcp", "_berth-._tcp", "_be--rth._tcp",
        "_123._tcp", "_123456789012a456._tcp", "_berth._tcp,_sub",
        "_b\xc3\xa9._tcp"}) {
    announcement.type = bad;
    CHECK(refusal(check(announcement)) ==
          "service type must be _NAME._tcp, NAME of 1 to 15 a-z 0-9 -: \"" +
              announcement.type + "\"");
  }
  announcement.type = std::string(100, '\n');  // 63 of them shown
  CHECK_THAT(refusal(check(announcement)),
             Catch::Matchers::EndsWith(": \"" + newlines(63) + "\""));
}

TEST_CASE("port 0 is never announced", "[mdns]") {
  Announcement announcement = announced();
  announcement.port = 0;
  CHECK(refusal(check(announcement)) == "port must be 1 to 65535: 0");
}

TEST_CASE("row 40: TXT keeps to its limits, ours and that of others",
          "[mdns]") {
  const auto refused = [](const std::vector<std::string>& entries) {
    Announcement announcement = announced();
    announcement.txt = strings(entries);
    const std::string message = refusal(check(announcement));
    if (message != "accepted") CHECK(parsed(entries) == message);
    return message;
  };
  const std::string key(32, 'k');
  CHECK(refused({}) == "accepted");
  CHECK(refused({"flag", "Key with ~ =\xff\x01 any bytes", "empty="}) ==
        "accepted");
  CHECK(refused({"k=" + std::string(253, 'v')}) == "accepted");
  CHECK(refused({"k=" + std::string(254, 'v')}) ==
        "TXT string of more than 255 bytes: k");
  CHECK(refused({std::string(256, 'k')}) ==
        "TXT string of more than 255 bytes: " + key);
  CHECK(refused({""}) == "TXT key must be printable ASCII: \"\"");
  CHECK(refused({"=value"}) == "TXT key must be printable ASCII: \"\"");
  CHECK(refused({"a\x1f=1"}) == "TXT key must be printable ASCII: \"a\\x1f\"");
  CHECK(refused({"a\x7f"}) == "TXT key must be printable ASCII: \"a\\x7f\"");
  CHECK(refused({"\xc3\xa9=1"}) ==
        "TXT key must be printable ASCII: \"\xc3\xa9\"");
  CHECK(refused({std::string(40, '\n')}) ==
        "TXT key must be printable ASCII: \"" + newlines(32) + "\"");
  // 2 strings of 1 + 199 bytes are 400.
  CHECK(refused({std::string(199, 'a'), std::string(199, 'b')}) == "accepted");
  CHECK(refused({std::string(199, 'a'), std::string(200, 'b')}) ==
        "TXT record of more than 400 bytes: 401");
}

TEST_CASE("row 40: another program's record is ours only by its form",
          "[mdns]") {
  const std::string id = "id=" + kId;
  CHECK(parsed({"txtvers=1", id, "pv=1"}) == "accepted");
  CHECK(parsed({"pv=1", id, "txtvers=1", "more", "other=\xff"}) == "accepted");
  CHECK(parsed({}) == "TXT has no txtvers=1");
  CHECK(parsed({id, "pv=1"}) == "TXT has no txtvers=1");
  CHECK(parsed({"txtvers=2", id, "pv=1"}) == "TXT has no txtvers=1");
  CHECK(parsed({"txtvers", id, "pv=1"}) == "TXT has no txtvers=1");
  CHECK(parsed({"txtvers=1", "pv=1"}) == "id is no UUID in lower case: \"\"");
  CHECK(parsed({"txtvers=1", "id=x", "pv=1"}) ==
        "id is no UUID in lower case: \"x\"");
  for (const auto* bad : {"pv", "pv=", "pv=x", "pv=1x", "pv=-1", "pv= 1",
                          "pv=+1", "pv=4294967296", "other=1"})
    CHECK(parsed({"txtvers=1", id, bad}) == "TXT has no number as pv");
  CHECK(parsed({"txtvers=1", id, "pv=0"}) ==
        "protocol version must be at least 1: 0");
  CHECK(parsed({"txtvers=1", id, "pv=1", "chain=mainnet"}) ==
        "chain is no 0x quantity: \"mainnet\"");
  CHECK(refusal(parse_service("n", 0, to_txt(sample()))) ==
        "port must be 1 to 65535: 0");
}

TEST_CASE("of a key given twice the first counts, in either case", "[mdns]") {
  const auto chain_of = [](const std::vector<std::string>& entries) {
    auto all = entries;
    all.insert(all.begin(), {"TXTVERS=1", "Id=" + kId, "pV=1"});
    return parse_service("n", 1, strings(all)).value().chain_id;
  };
  CHECK(chain_of({"chain=0x1", "chain=0x2"}) == "0x1");
  CHECK(chain_of({"CHAIN=0x1", "chain=0x2"}) == "0x1");
  CHECK(chain_of({"chain", "chain=0x2"}).empty());
  CHECK(chain_of({"chain=", "chain=0x2"}).empty());
  CHECK(chain_of({"chain2=0x1", "chai=0x1", "chain=0x2"}) == "0x2");
  CHECK(parsed({"txtvers=1", "id=" + kId, "pv=x", "pv=1"}) ==
        "TXT has no number as pv");
}

TEST_CASE("the wire form is each string after its length", "[mdns]") {
  CHECK(to_wire({}).empty());
  CHECK(to_wire(strings({"a=1", "b"})) == Bytes{3, 'a', '=', '1', 1, 'b'});
  const Txt longest = strings({std::string(255, 'x'), "y"});
  CHECK(to_wire(longest).size() == 258);
  CHECK(parse_wire(to_wire(longest)).value() == longest);
}

TEST_CASE("row 40: a wire form that lies of its lengths is refused", "[mdns]") {
  const auto read = [](const Bytes& wire) { return parse_wire(wire); };
  CHECK(read({}).value().empty());
  CHECK(read({0}).value().empty());
  CHECK(read({0, 1, 'a', 0, 0, 1, 'b', 0}).value() == strings({"a", "b"}));
  CHECK(read({1, 0}).value() == Txt{Bytes{0}});
  for (const auto& bad : std::vector<Bytes>{
           {1}, {2, 'a'}, {255}, {1, 'a', 1}, {1, 'a', 3, 'b', 'c'}}) {
    CAPTURE(bad);
    CHECK(refusal(read(bad)) ==
          "TXT string reaches beyond the end of its record");
  }
}
