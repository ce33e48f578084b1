#include "tests/registry/mdns/support/link.h"
#include "tests/support/fake_mdns.h"

namespace berth::test {
namespace {

class FakeLinkLink : public Link {
 public:
  std::unique_ptr<mdns::Mdns> make_mdns() override {
    return std::make_unique<FakeMdns>(link_);
  }
  void stop() override { link_.stop(); }
  void start() override { link_.start(); }
  void forge(const std::string& name, std::uint16_t port,
             const mdns::Txt& txt) override {
    link_.forge(name, port, txt);
  }

 private:
  FakeLink link_{io.get_executor()};
};

}  // namespace

std::unique_ptr<Link> make_link() { return std::make_unique<FakeLinkLink>(); }

}  // namespace berth::test
