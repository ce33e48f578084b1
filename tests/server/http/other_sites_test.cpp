// What pages of other sites may do at a host that serves pages.
#include "tests/support/catch.h"
#include "tests/support/http_host.h"

namespace berth::http {
namespace {

using test::get;
using test::HttpHost;
using test::RawClient;

asio::awaitable<Response> answer(Request request) {
  co_return Response{200, std::string(request.find("Host").value_or("none"))};
}

asio::awaitable<WsDecision> refuse(Request) {
  co_return error_response(401, "the handler's own answer");
}

Router routes() {
  Router router;
  for (const auto* path : {"/", "/pick", "/assets/pick.js", "/v1/restore"})
    router.add("GET", path, answer);
  router.add("OPTIONS", "/v1/restore",
             [](Request) -> asio::awaitable<Response> {
               Response response(204, "");
               response.headers = {
                   {"Access-Control-Allow-Origin", "http://localhost:3000"}};
               co_return response;
             });
  router.add_websocket("/page", refuse);
  return router;
}

ServerOptions serving_pages() {
  ServerOptions options;
  options.policy.other_sites = OtherSites{{"/", "/pick"}, {"/v1/restore"}};
  Response worker(200, "registration.unregister()");
  worker.content_type = "text/javascript";
  options.policy.service_worker = std::move(worker);
  return options;
}

std::string fetch_metadata(const std::string& site, const std::string& mode,
                           const std::string& dest) {
  return "Sec-Fetch-Site: " + site + "\r\nSec-Fetch-Mode: " + mode +
         "\r\nSec-Fetch-Dest: " + dest + "\r\n";
}

int status_of(HttpHost& host, const std::string& path,
              const std::string& headers) {
  RawClient client(host);
  const auto response = client.send(get(host, path, headers)).read_response();
  return std::stoi(response.substr(sizeof "HTTP/1.1"));
}

TEST_CASE("row 13: other sites may send a tab to a page, and nothing else") {
  HttpHost host(routes(), serving_pages());
  const std::string site = GENERATE("cross-site", "same-site");
  const auto tab = fetch_metadata(site, "navigate", "document");
  const auto frame = fetch_metadata(site, "navigate", "iframe");
  const auto fetch = fetch_metadata(site, "cors", "empty");
  const auto script = fetch_metadata(site, "no-cors", "script");
  CHECK(status_of(host, "/", tab) == 200);
  CHECK(status_of(host, "/pick?a=1", tab) == 200);
  CHECK(status_of(host, "/assets/pick.js", tab) == 403);
  for (const auto& request : {frame, fetch, script}) {
    CHECK(status_of(host, "/pick", request) == 403);
    CHECK(status_of(host, "/assets/pick.js", request) == 403);
  }
  CHECK(status_of(host, "/v1/restore", fetch) == 200);
  CHECK(status_of(host, "/v1/restore/more", fetch) == 403);
}

TEST_CASE("a host's own pages, its user and other programs go everywhere") {
  HttpHost host(routes(), serving_pages());
  const std::string headers = GENERATE(
      as<std::string>(), "", fetch_metadata("same-origin", "cors", "empty"),
      fetch_metadata("same-origin", "no-cors", "script"),
      fetch_metadata("none", "navigate", "document"));
  CHECK(status_of(host, "/assets/pick.js", headers) == 200);
}

TEST_CASE("a page's WebSocket is its handler's to judge") {
  HttpHost host(routes(), serving_pages());
  const std::string handshake =
      "Upgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
      "Origin: https://app.example\r\n";
  CHECK(status_of(host, "/page",
                  handshake + fetch_metadata("cross-site", "websocket",
                                             "websocket")) == 401);
}

TEST_CASE("a handler can answer a preflight at an open path") {
  HttpHost host(routes(), serving_pages());
  RawClient client(host);
  auto request = get(host, "/v1/restore",
                     "Origin: http://localhost:3000\r\n"
                     "Access-Control-Request-Method: POST\r\n" +
                         fetch_metadata("cross-site", "cors", "empty"));
  request.replace(0, 3, "OPTIONS");
  const auto response = client.send(request).read_response();
  CHECK(response.starts_with("HTTP/1.1 204 "));
  CHECK(response.find("\r\nAccess-Control-Allow-Origin: "
                      "http://localhost:3000\r\n") != std::string::npos);
}

TEST_CASE("a service worker's script is the given one, at any path") {
  HttpHost host(routes(), serving_pages());
  const std::string path = GENERATE("/", "/sw.js", "/v1/approvals/1");
  RawClient client(host);
  const auto worker =
      "Service-Worker: script\r\n" +
      fetch_metadata("same-origin", "same-origin", "serviceworker");
  const auto response = client.send(get(host, path, worker)).read_response();
  CHECK(response.starts_with("HTTP/1.1 200 "));
  CHECK(response.find("\r\nContent-Type: text/javascript\r\n") !=
        std::string::npos);
  CHECK(response.ends_with("\r\n\r\nregistration.unregister()"));
}

TEST_CASE("the worker's script is for who reaches one of our names") {
  HttpHost host(routes(), serving_pages());
  RawClient client(host);
  client.send("GET / HTTP/1.1\r\nHost: evil.example:" +
              std::to_string(host.server.port()) +
              "\r\nService-Worker: script\r\n\r\n");
  CHECK(client.read_all().starts_with("HTTP/1.1 403 "));
}

TEST_CASE("at any name of this machine, what is named and workers' scripts") {
  auto options = serving_pages();
  options.policy.any_localhost = {"/pick"};
  HttpHost host(routes(), std::move(options));
  const auto port = ":" + std::to_string(host.server.port());
  const auto status = [&](const std::string& path, const std::string& name,
                          const std::string& more) {
    RawClient client(host);
    client.send("GET " + path + " HTTP/1.1\r\nHost: " + name +
                "\r\nConnection: close\r\n" + more + "\r\n");
    return client.read_all().substr(9, 3);
  };
  const std::string any = "some-name.localhost" + port;
  CHECK(status("/pick", any, "") == "200");
  CHECK(status("/pick?x", any, "") == "200");
  CHECK(status("/sw.js", any, "Service-Worker: script\r\n") == "200");
  CHECK(status("/", any, "") == "403");
  for (const std::string name :
       {"some-name.localhost", "some-name.localhost:1",
        "localhost.evil.example", "evillocalhost"})
    CHECK(status("/pick", name, "") == "403");
  HttpHost closed(routes(), serving_pages());
  RawClient client(closed);
  client.send("GET /pick HTTP/1.1\r\nHost: some-name.localhost:" +
              std::to_string(closed.server.port()) + "\r\n\r\n");
  CHECK(client.read_all().starts_with("HTTP/1.1 403 "));
}

TEST_CASE("a handler sees which of the host's names it was asked by") {
  HttpHost host(routes(), serving_pages());
  host.server.set_extra_host("abc.localhost");
  const auto port = ":" + std::to_string(host.server.port());
  for (const std::string name : {"127.0.0.1", "localhost", "abc.localhost"}) {
    RawClient client(host);
    client.send("GET /pick HTTP/1.1\r\nHost: " + name + port + "\r\n\r\n");
    CHECK(client.read_response().ends_with("\r\n\r\n" + name + port));
  }
}

}  // namespace
}  // namespace berth::http
