// The hello through berth.h, against the vector of the format.
#include <fcntl.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "tests/registry/c/support.h"

using namespace berth::test;
using namespace berth::test::c;
using nlohmann::json;

namespace {

json read_vector() {
  return json::parse(read_text(BERTH_SOURCE_DIR "/registry/hello-vector.json"));
}

// A record of another implementation's, as the format page says: held locked
// by this.
class ForeignRecord {
 public:
  ForeignRecord(const std::filesystem::path& directory, const json& vector) {
    json record = json::parse(
        read_text(BERTH_SOURCE_DIR "/registry/example-record.json"));
    record["id"] = vector["id"];
    record["endpoint"] = {{"host", vector["host"]}, {"port", vector["port"]}};
    record["token"] = vector["token"];
    ::mkdir(directory.c_str(), 0700);
    const auto file = directory / (record["name"].get<std::string>() + ".json");
    fd_.reset(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    struct flock owner {};
    owner.l_type = F_WRLCK;
    owner.l_start = 1 << 30;
    owner.l_len = 1;
    if (::fcntl(fd_.get(), F_OFD_SETLK, &owner) != 0)
      throw std::runtime_error("cannot lock " + file.string());
    write_text(file, record.dump());
  }

 private:
  berth::UniqueFd fd_;
};

// The vector's instance, found.
struct Fixture {
  TempDir home;
  json vector = read_vector();
  ForeignRecord foreign{home / "run", vector};
  Registry registry = open(home / "run");
  Record record = find(registry, "alice");
  std::string nonce = vector["nonce"];

  std::string proof(berth_role role) {
    char made[BERTH_PROOF_SIZE];
    berth_error error;
    must(berth_proof(record.get(), role, nonce.c_str(), made, &error), error);
    return made;
  }
  berth_code verify(berth_role role, const std::string& proof) {
    return berth_proof_verify(record.get(), role, nonce.c_str(), proof.c_str(),
                              nullptr);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the proofs are those of the vector", "[c]") {
  CHECK(proof(BERTH_CLIENT) == vector["client_proof"]);
  CHECK(proof(BERTH_SERVER) == vector["server_proof"]);
}

TEST_CASE_METHOD(Fixture, "only the proof of that role is believed", "[c]") {
  const std::string client = vector["client_proof"];
  const std::string server = vector["server_proof"];
  CHECK(verify(BERTH_CLIENT, client) == BERTH_OK);
  CHECK(verify(BERTH_SERVER, server) == BERTH_OK);
  CHECK(verify(BERTH_CLIENT, server) == BERTH_UNTRUSTED);
  CHECK(verify(BERTH_SERVER, client) == BERTH_UNTRUSTED);
  CHECK(verify(BERTH_SERVER, "") == BERTH_UNTRUSTED);
  CHECK(verify(BERTH_SERVER, server.substr(1)) == BERTH_UNTRUSTED);
  CHECK(verify(static_cast<berth_role>(2), server) == BERTH_INVALID);
}

TEST_CASE_METHOD(Fixture, "a nonce is new, and the only thing taken as one",
                 "[c]") {
  char one[BERTH_PROOF_SIZE];
  char other[BERTH_PROOF_SIZE];
  berth_nonce(one);
  berth_nonce(other);
  CHECK(std::string(one) != other);
  CHECK(std::string(one).size() == BERTH_PROOF_SIZE - 1);
  nonce = one;
  CHECK(verify(BERTH_SERVER, proof(BERTH_SERVER)) == BERTH_OK);
  nonce = "short";
  CHECK(verify(BERTH_SERVER, vector["server_proof"]) == BERTH_INVALID);
}

TEST_CASE_METHOD(Fixture, "a hello is answered as its body asks", "[c]") {
  char answer[BERTH_ANSWER_SIZE];
  const std::string request = json{{"nonce", nonce}}.dump();
  REQUIRE(berth_hello_answer(record.get(), request.data(), request.size(),
                             answer, nullptr) == BERTH_OK);
  CHECK(json::parse(answer)["proof"] == vector["server_proof"]);

  berth_error error;
  for (const std::string body : {"", "{}", "[1]", R"({"nonce":"short"})"}) {
    CHECK(berth_hello_answer(record.get(), body.data(), body.size(), answer,
                             &error) == BERTH_INVALID);
  }
  CHECK(std::string(error.message) == "nonce must be 32 bytes as base64url");
}

TEST_CASE("a publisher proves itself to who found it", "[c]") {
  TempDir home;
  const auto registry = open(home / "run");
  const auto mine = make_record("bob");
  set(mine, BERTH_KEY_LEVEL, 1);
  const auto publication = publish(registry, mine);
  const auto found = find(registry, "bob");
  char nonce[BERTH_PROOF_SIZE];
  char proof[BERTH_PROOF_SIZE];
  berth_nonce(nonce);
  REQUIRE(berth_proof(mine.get(), BERTH_SERVER, nonce, proof, nullptr) ==
          BERTH_OK);
  CHECK(berth_proof_verify(found.get(), BERTH_SERVER, nonce, proof, nullptr) ==
        BERTH_OK);
}

TEST_CASE("who shows no token has nothing to prove by", "[c]") {
  TempDir home;
  const auto registry = open(home / "run");
  const auto mine = make_record("bob");
  const auto publication = publish(registry, mine);
  const auto found = find(registry, "bob");
  char proof[BERTH_PROOF_SIZE];
  char nonce[BERTH_PROOF_SIZE];
  berth_nonce(nonce);
  berth_error error;
  CHECK(berth_proof(found.get(), BERTH_CLIENT, nonce, proof, &error) ==
        BERTH_INVALID);
  CHECK(std::string(error.message) ==
        "its record has no token or no port: bob");
}
