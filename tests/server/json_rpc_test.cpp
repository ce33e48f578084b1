#include "server/json_rpc.h"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "registry/base/async.h"
#include "tests/support/catch.h"

namespace berth::server {
namespace {

using nlohmann::json;

struct Rpc {
  // Runs until the answer is there, or nothing is left to do.
  std::optional<std::string> ask(const std::string& text) {
    std::optional<std::string> answer;
    start(text, answer);
    io.restart();
    io.poll();
    return answer;
  }
  void start(const std::string& text, std::optional<std::string>& answer) {
    asio::co_spawn(io, answer_rpc(text, handler),
                   [&answer](std::exception_ptr error, std::string said) {
                     REQUIRE_FALSE(error);
                     answer = std::move(said);
                   });
  }

  asio::awaitable<RpcResult> handle(std::string method, json params) {
    calls.push_back(method + params.dump());
    if (method == "slow") co_await released.wait();
    if (method == "large") co_return std::string(kMaxBatchAnswer / 4, 'x');
    if (method == "broken") throw std::runtime_error("a bug");
    if (method == "refused") {
      const json data{{"why", "asked"}};
      co_return RpcError(rpc_code::rejected, "no", data);
    }
    co_return params;
  }

  asio::io_context io;
  Event released{io.get_executor()};
  std::vector<std::string> calls;
  RpcHandler handler = [this](std::string method, json params) {
    return handle(std::move(method), std::move(params));
  };
};

std::string request(const std::string& id) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"m"})";
}

TEST_CASE("a call is answered with its result") {
  Rpc rpc;
  CHECK(*rpc.ask(R"({"jsonrpc":"2.0","id":7,"method":"m","params":[1,"x"]})") ==
        R"({"jsonrpc":"2.0","id":7,"result":[1,"x"]})");
  CHECK(*rpc.ask(R"({"jsonrpc":"2.0","id":8,"method":"m","params":{"a":1}})") ==
        R"({"jsonrpc":"2.0","id":8,"result":{"a":1}})");
}

TEST_CASE("absent params are an empty array") {
  Rpc rpc;
  (void)rpc.ask(request("1"));
  CHECK(rpc.calls == std::vector<std::string>{"m[]"});
}

TEST_CASE("an id of any type comes back byte for byte") {
  Rpc rpc;
  const auto* id =
      GENERATE("1", "-0", "1.0", "1.50", "1E2", "null", "true", R"("a")",
               R"("")", R"("\u0041\"\\}],")", "9007199254740993",
               "340282366920938463463374607431768211455");
  CHECK(*rpc.ask(request(std::string("  ") + id + " ")) ==
        R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"result":[]})");
}

TEST_CASE("an id behind nested members, or under an escaped key, is found") {
  Rpc rpc;
  CHECK(
      *rpc.ask(
          R"({"params":[{"id":1},"}",["]"]],"jsonrpc":"2.0","method":"m","id":2.50})") ==
      R"({"jsonrpc":"2.0","id":2.50,"result":[{"id":1},"}",["]"]]})");
  CHECK(*rpc.ask(R"({"jsonrpc":"2.0","\u0069d":3,"method":"m"})") ==
        R"({"jsonrpc":"2.0","id":3,"result":[]})");
}

TEST_CASE("row 22: an id that is an object or array is -32600") {
  Rpc rpc;
  const auto* id = GENERATE("{}", "[]", "[1]");
  const auto answer = json::parse(*rpc.ask(request(id)));
  CHECK(answer["error"]["code"] == rpc_code::invalid_request);
  CHECK(answer["id"].is_null());
  CHECK(rpc.calls.empty());
}

TEST_CASE("row 22: what is no strict JSON is -32700 with a null id") {
  Rpc rpc;
  const auto text = GENERATE(
      std::string("{"), std::string(), std::string("nonsense"),
      std::string(
          R"({"jsonrpc":"2.0","id":1,"method":"eth_accounts","method":"eth_sendTransaction"})"),
      std::string(R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1e400]})"),
      std::string(R"({"jsonrpc":"2.0","id":1,"method":"\ud800"})"),
      std::string("{\"method\":\"\xff\"}"), std::string(100'000, '['));
  const auto answer = json::parse(*rpc.ask(text));
  CHECK(answer["error"]["code"] == rpc_code::parse_error);
  CHECK(answer["id"].is_null());
  CHECK(rpc.calls.empty());
}

TEST_CASE("what is no request is -32600, with the id where there is one") {
  Rpc rpc;
  struct Row {
    const char* text;
    json id;
  };
  const auto row = GENERATE(values<Row>({
      {"1", nullptr},
      {R"("text")", nullptr},
      {R"({})", nullptr},
      {R"({"id":1,"method":"m"})", 1},
      {R"({"jsonrpc":"1.0","id":1,"method":"m"})", 1},
      {R"({"jsonrpc":"2.0","id":"a"})", "a"},
      {R"({"jsonrpc":"2.0","id":1,"method":5})", 1},
      {R"({"jsonrpc":"2.0","id":1,"method":"m","params":"x"})", 1},
      {R"({"jsonrpc":"2.0","id":1,"method":"m","params":null})", 1},
  }));
  const auto answer = json::parse(*rpc.ask(row.text));
  CHECK(answer["error"]["code"] == rpc_code::invalid_request);
  CHECK(answer["id"] == row.id);
  CHECK(rpc.calls.empty());
}

TEST_CASE("a notification runs and gets no answer, whatever comes of it") {
  Rpc rpc;
  CHECK(rpc.ask(R"({"jsonrpc":"2.0","method":"m"})")->empty());
  CHECK(rpc.ask(R"({"jsonrpc":"2.0","method":"refused"})")->empty());
  CHECK(rpc.calls.size() == 2);
}

TEST_CASE("members of an older wire are ignored") {
  Rpc rpc;
  CHECK(
      *rpc.ask(
          R"({"id":1,"jsonrpc":"2.0","method":"m","params":[],"_origin":"https://a","_window_label":"w"})") ==
      R"({"jsonrpc":"2.0","id":1,"result":[]})");
}

TEST_CASE("an error carries code, message and data") {
  Rpc rpc;
  CHECK(
      *rpc.ask(R"({"jsonrpc":"2.0","id":1,"method":"refused"})") ==
      R"({"jsonrpc":"2.0","id":1,"error":{"code":4001,"data":{"why":"asked"},"message":"no"}})");
}

TEST_CASE("an exception in a handler is -32603 and tells nothing inside") {
  Rpc rpc;
  CHECK(
      *rpc.ask(R"({"jsonrpc":"2.0","id":1,"method":"broken"})") ==
      R"({"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"internal error"}})");
}

TEST_CASE("a batch answers in its order, without its notifications") {
  Rpc rpc;
  const auto answer = json::parse(*rpc.ask(
      R"([{"jsonrpc":"2.0","id":1,"method":"m"}, {"jsonrpc":"2.0","method":"m"},
          1, {"jsonrpc":"2.0","id":"b","method":"refused"}])"));
  REQUIRE(answer.size() == 3);
  CHECK(answer[0]["result"] == json::array());
  CHECK(answer[1]["error"]["code"] == rpc_code::invalid_request);
  CHECK(answer[2]["id"] == "b");
  CHECK(answer[2]["error"]["code"] == rpc_code::rejected);
}

TEST_CASE("a batch of notifications gets no answer") {
  Rpc rpc;
  CHECK(rpc.ask(R"([{"jsonrpc":"2.0","method":"m"}])")->empty());
  CHECK(rpc.calls.size() == 1);
}

TEST_CASE("row 22: a batch that is empty or over the limit is -32600") {
  Rpc rpc;
  const auto batch = [](std::size_t size) {
    json requests = json::array();
    while (requests.size() < size)
      requests.push_back({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "m"}});
    return requests.dump();
  };
  for (const std::size_t size : {std::size_t{0}, kMaxBatch + 1}) {
    const auto answer = json::parse(*rpc.ask(batch(size)));
    CHECK(answer["error"]["code"] == rpc_code::invalid_request);
  }
  CHECK(rpc.calls.empty());
  CHECK(json::parse(*rpc.ask(batch(kMaxBatch))).size() == kMaxBatch);
}

TEST_CASE("the answers of a batch have room for so many bytes together") {
  Rpc rpc;
  json requests = json::array();
  for (int id = 1; id <= 6; ++id)
    requests.push_back({{"jsonrpc", "2.0"}, {"id", id}, {"method", "large"}});
  requests[5]["method"] = "m";
  const auto text = *rpc.ask(requests.dump());
  CHECK(text.size() < kMaxBatchAnswer + 1000);
  const auto answers = json::parse(text);
  CHECK(answers[2].contains("result"));
  CHECK(answers[3]["error"]["code"] == rpc_code::limit_exceeded);
  CHECK(answers[4]["id"] == 5);
  CHECK(answers[5]["result"] == json::array());
}

TEST_CASE("a slow call of a batch lets the others run, and is waited for") {
  Rpc rpc;
  std::optional<std::string> answer;
  rpc.start(R"([{"jsonrpc":"2.0","id":1,"method":"slow"},
                {"jsonrpc":"2.0","id":2,"method":"m"}])",
            answer);
  rpc.io.poll();
  CHECK(rpc.calls == std::vector<std::string>{"slow[]", "m[]"});
  CHECK_FALSE(answer);
  rpc.released.set();
  rpc.io.restart();
  rpc.io.poll();
  REQUIRE(answer);
  CHECK(json::parse(*answer).size() == 2);
}

TEST_CASE("cancelling an answer cancels its calls") {
  Rpc rpc;
  asio::cancellation_signal cancel;
  bool ended = false;
  asio::co_spawn(rpc.io,
                 answer_rpc(R"([{"jsonrpc":"2.0","id":1,"method":"slow"},
                     {"jsonrpc":"2.0","id":2,"method":"slow"}])",
                            rpc.handler),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&](std::exception_ptr,
                                        const std::string&) { ended = true; }));
  rpc.io.poll();
  REQUIRE_FALSE(ended);
  cancel.emit(asio::cancellation_type::terminal);
  rpc.io.restart();
  rpc.io.poll();
  CHECK(ended);
}

TEST_CASE("a notification is framed without an id") {
  CHECK(rpc_notification("chainChanged", json::array({"0x1"})) ==
        R"({"jsonrpc":"2.0","method":"chainChanged","params":["0x1"]})");
}

}  // namespace
}  // namespace berth::server
