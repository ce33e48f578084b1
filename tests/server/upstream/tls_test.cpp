// TLS against an authority made for the test.
#include <cstdlib>

#include "tests/server/upstream/fixture.h"

using namespace berth::test;
namespace ssl = boost::asio::ssl;

namespace {

// Key and certificate for 127.0.0.1 or another name, signed by an own CA.
struct Authority {
  explicit Authority(const std::string& name) {
    const auto in = "cd " + directory.path + " && ";
    run(in +
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
        "-nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=berth-test "
        "2>/dev/null");
    run(in +
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
        "-keyout key.pem -out csr.pem -subj /CN=node 2>/dev/null");
    run(in + "echo subjectAltName=" + name +
        " > ext && openssl x509 -req "
        "-in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
        "-extfile ext -out cert.pem 2>/dev/null");
  }
  static void run(const std::string& command) {
    REQUIRE(std::system(command.c_str()) == 0);
  }
  std::string file(const std::string& name) const {
    return directory.path + "/" + name;
  }
  TempDirectory directory;
};

struct TlsFixture {
  explicit TlsFixture(const std::string& name) : authority(name) {
    context.use_certificate_chain_file(authority.file("cert.pem"));
    context.use_private_key_file(authority.file("key.pem"), ssl::context::pem);
    // The server's name as the client asks for it.
    SSL_CTX_set_tlsext_servername_callback(
        context.native_handle(), +[](SSL* session, int*, void* self) {
          const char* asked =
              SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
          static_cast<TlsFixture*>(self)->server_name = asked ? asked : "";
          return SSL_TLSEXT_ERR_OK;
        });
    SSL_CTX_set_tlsext_servername_arg(context.native_handle(), this);
    node.emplace(io, &context);
  }
  ~TlsFixture() {
    if (upstream) await(io, upstream->stop());
  }

  void open(const std::string& scheme, const std::string& host,
            const std::string& ca_file) {
    auto url = node->url(scheme);
    url.replace(url.find("127.0.0.1"), 9, host);
    UpstreamOptions options;
    options.ca_file = ca_file;
    auto made =
        berth::server::make_upstream(url, io.get_executor(), timers, options);
    REQUIRE(made.has_value());
    upstream = std::move(*made);
  }
  // The reason why the upstream cannot be reached.
  std::string refusal() {
    std::string message;
    run_until(io, [&] {
      const auto result =
          await(io, upstream->request("eth_chainId", json::array()));
      REQUIRE(result.has_error());
      CHECK(result.error().code == 4900);
      message = result.error().message;
      return message.find("not connected yet") == std::string::npos;
    });
    CHECK(node->calls.empty());
    return message;
  }

  Authority authority;
  ssl::context context{ssl::context::tls_server};
  std::string server_name;
  boost::asio::io_context io;
  FakeTimers timers;
  std::optional<JsonRpcUpstream> node;
  std::unique_ptr<berth::server::Upstream> upstream;

  TlsFixture(const TlsFixture&) = delete;
};

}  // namespace

TEST_CASE("a node with a good certificate is spoken to", "[tls]") {
  const auto& [name, host, asked] =
      GENERATE(table<std::string, std::string, std::string>({
          {"IP:127.0.0.1", "127.0.0.1", ""},
          {"DNS:localhost", "localhost", "localhost"},
      }));
  TlsFixture f(name);
  f.open(GENERATE("https", "wss"), host, f.authority.file("ca.pem"));
  run_until(f.io, [&] { return f.upstream->connected(); });
  for (int i = 0; i < 3; ++i) {
    const auto chain =
        await(f.io, f.upstream->request("eth_chainId", json::array()));
    CHECK(chain.value() == "0x7a69");
  }
  CHECK(f.server_name == asked);
  CHECK(f.node->accepted == 1);
}

TEST_CASE("a certificate for another host is refused", "[tls]") {
  const auto& [name, host] = GENERATE(table<std::string, std::string>({
      {"DNS:other.example", "localhost"},
      {"DNS:localhost", "127.0.0.1"},
  }));
  TlsFixture f(name);
  f.open(GENERATE("https", "wss"), host, f.authority.file("ca.pem"));
  const auto reason = f.refusal();
  INFO(reason);
  CHECK(reason.find("mismatch") != std::string::npos);
}

TEST_CASE("a certificate of an unknown authority is refused", "[tls]") {
  TlsFixture f("IP:127.0.0.1");
  const Authority other("IP:127.0.0.1");
  const bool systems_store = GENERATE(true, false);
  f.open(GENERATE("https", "wss"), "127.0.0.1",
         systems_store ? "" : other.file("ca.pem"));
  const auto reason = f.refusal();
  INFO(reason);
  CHECK(reason.find("certificate") != std::string::npos);
}

TEST_CASE("a CA file that cannot be read is named as the reason", "[tls]") {
  TlsFixture f("IP:127.0.0.1");
  f.open("wss", "127.0.0.1", f.authority.file("none.pem"));
  CHECK(f.refusal().find("trusted certificates") != std::string::npos);
}
