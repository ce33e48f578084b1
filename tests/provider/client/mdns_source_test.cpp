#include "provider/client/mdns_source.h"

#include "registry/base/random.h"
#include "tests/provider/client/world.h"
#include "tests/support/catch.h"
#include "tests/support/fake_mdns.h"

using namespace berth;
using namespace berth::test;
using provider::confirm;
using provider::find_by_mdns;
using provider::Instance;

namespace {

struct MdnsWorld : World {
  FakeLink link{io.get_executor()};
  FakeMdns mdns{link};
  std::vector<std::unique_ptr<mdns::Publication>> publications;

  void publish(const std::string& id, std::uint16_t port) {
    auto publication =
        mdns.publish({.id = id, .port = port, .chain_id = "0x1"}, nullptr);
    REQUIRE(publication);
    publications.push_back(std::move(*publication));
  }
  void publish(const FakeInstance& instance) {
    publish(instance.record().id, instance.record().endpoint.port);
  }

  std::vector<std::string> found(Timers::Clock::duration limit = kPatience) {
    std::vector<std::string> names;
    const auto instances =
        await(io, find_by_mdns(mdns, registry, timers, limit));
    REQUIRE(instances);
    for (const auto& instance : *instances) names.push_back(instance.name);
    return names;
  }

  Result<Instance> confirmed(const std::string& id, std::uint16_t port) {
    mdns::Service seen{.id = id, .port = port, .chain_id = ""};
    return await(io, confirm(seen, registry, timers, kPatience / 2));
  }
};

// Somebody at a port whom the registry of `world` knows nothing of.
struct Stranger {
  explicit Stranger(MdnsWorld& world)
      : registry(home / "instances", world.io.get_executor(), world.timers),
        program(world.io, registry, "stranger") {}
  [[nodiscard]] std::uint16_t port() const {
    return program.record().endpoint.port;
  }

  TempDir home;
  registry::FileRegistry registry;
  FakeInstance program;
};

}  // namespace

TEST_CASE("what mDNS tells of and the registry confirms is found, by name",
          "[provider][mdns]") {
  MdnsWorld world;
  const FakeInstance bob(world.io, world.registry, "bob");
  const FakeInstance alice(world.io, world.registry, "alice");
  const FakeInstance silent(world.io, world.registry, "not-in-mdns");
  world.publish(bob);
  world.publish(alice);
  CHECK(world.found() == std::vector<std::string>{"alice", "bob"});
  CHECK(silent.connections() == 0);

  auto found = world.confirmed(alice.record().id, alice.record().endpoint.port);
  REQUIRE(found);
  CHECK(*found == provider::to_instance(alice.record()));
}

TEST_CASE("row 41: a forged record is neither dialled nor found",
          "[provider][mdns]") {
  MdnsWorld world;
  const FakeInstance alice(world.io, world.registry, "alice");
  const Stranger stranger(world);
  world.publish(alice.record().id, stranger.port());
  world.publish(stranger.program.record().id, stranger.port());
  world.publish(random_uuid(), alice.record().endpoint.port);
  world.link.forge("no Berth", stranger.port(), {});

  CHECK(world.found().empty());
  CHECK(stranger.program.connections() == 0);
  CHECK(alice.connections() == 0);
  const auto refused = world.confirmed(alice.record().id, stranger.port());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::untrusted);
}

TEST_CASE("row 42: one that is claimed many times is dialled once",
          "[provider][mdns]") {
  MdnsWorld world;
  const FakeInstance alice(world.io, world.registry, "alice");
  world.publish(alice);
  mdns::Service same{.id = alice.record().id,
                     .port = alice.record().endpoint.port,
                     .chain_id = "0x1"};
  for (int i = 0; i < 20; ++i)
    world.link.forge("copy " + std::to_string(i), same.port,
                     mdns::to_txt(same));
  CHECK(world.found() == std::vector<std::string>{"alice"});
  CHECK(alice.connections() == 1);
}

TEST_CASE("who fails the proof is not found, and gets no token",
          "[provider][mdns]") {
  MdnsWorld world;
  const FakeInstance alice(world.io, world.registry, "alice");
  const FakeInstance squatter(world.io, world.registry, "bob",
                              Lie::wrong_proof);
  world.publish(alice);
  world.publish(squatter);
  CHECK(world.found() == std::vector<std::string>{"alice"});
  CHECK(squatter.connections() == 1);
  CHECK(squatter.received().find(squatter.record().token) == std::string::npos);
  CHECK(world.confirmed(squatter.record().id, squatter.record().endpoint.port)
            .error()
            .code == Errc::untrusted);
}

TEST_CASE("one that does not answer hides no other", "[provider][mdns]") {
  MdnsWorld world;
  const FakeInstance alice(world.io, world.registry, "alice");
  const FakeInstance hangs(world.io, world.registry, "bob", Lie::stalls);
  world.publish(hangs);
  world.publish(alice);
  CHECK(world.found(std::chrono::seconds(1)) ==
        std::vector<std::string>{"alice"});
  CHECK(hangs.connections() == 1);
}

TEST_CASE("where mDNS is not to be asked nothing is found, and at once",
          "[provider][mdns]") {
  MdnsWorld world;
  const FakeInstance alice(world.io, world.registry, "alice");
  world.link.stop();
  CHECK(world.found(std::chrono::hours(1)).empty());
  const auto off = mdns::make_disabled(world.io.get_executor(), "off");
  CHECK(await(world.io, find_by_mdns(*off, world.registry, world.timers,
                                     std::chrono::hours(1)))
            ->empty());
}
