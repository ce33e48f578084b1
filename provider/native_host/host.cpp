#include "provider/native_host/host.h"

#include <utility>

#include "provider/native_host/profiles.h"
#include "registry/base/log.h"

namespace berth::native_host {
namespace {

using nlohmann::json;
using provider::RpcError;
using provider::RpcResult;

std::string type_of(const json& message) {
  const auto type = message.find("type");
  return type != message.end() && type->is_string() ? type->get<std::string>()
                                                    : std::string();
}

json id_of(const json& message) {
  const auto id = message.find("id");
  return id != message.end() && id->is_number() ? *id : json();
}

Error invalid(const std::string& what) { return {Errc::invalid, what}; }

json rpc_message(const RpcResult& result) {
  json message{{"type", "rpc"}};
  if (result) {
    message["result"] = *result;
    return message;
  }
  const auto& error = result.error();
  json object{{"code", error.code}, {"message", error.message}};
  if (!error.data.is_null()) object["data"] = error.data;
  message["error"] = std::move(object);
  return message;
}

json no_room_for(const json& answer) {
  const char* what = "too many answers wait for the browser";
  if (type_of(answer) == "rpc")
    return rpc_message(RpcError(provider::rpc_code::limit_exceeded, what));
  return error_message(Error(Errc::unavailable, what));
}

// nullopt: there is none. Errc::invalid: it is no number.
Result<std::optional<std::int64_t>> channel_of(const json& message) {
  const auto found = message.find("channel");
  if (found == message.end()) return std::optional<std::int64_t>();
  if (!found->is_number_integer())
    return invalid("a channel is a whole number");
  return std::optional(found->get<std::int64_t>());
}

Result<Asked> asked_of(const json& message) {
  auto channel = channel_of(message);
  if (!channel) return channel.error();
  auto fields = read_fields(message, {"profile", "origin"});
  if (!fields) return fields.error();
  const json request = message.value("request", json());
  const json method =
      request.is_object() ? request.value("method", json()) : json();
  if (!method.is_string()) return invalid("a request needs a method");
  const json params = request.value("params", json::array());
  if (!params.is_structured())
    return invalid("params must be an array or an object");
  return Asked{*channel, fields->at("profile"), fields->at("origin"), method,
               params};
}

}  // namespace

Host::Host(asio::any_io_executor executor, Timers& timers,
           registry::Registry& registry, Paths paths, Output& output)
    : paths_(std::move(paths)),
      output_(output),
      directory_(registry),
      instances_(executor, timers, directory_,
                 [this](const json& message) { output_.send(message); }),
      tunnel_(executor, timers, directory_,
              [this](const json& message) { output_.send(message); }),
      tasks_(executor, log::failure("a request failed")),
      programs_(executor, log::failure("a request failed")),
      works_(works_of({timers, programs_, directory_, paths_}, instances_)) {
  works_["rpc"] = [this](json message) { return tunnel(std::move(message)); };
}

std::map<std::string, Host::Work> Host::works_of(ActContext context,
                                                 const Instances& instances) {
  using Act = asio::awaitable<Answer> (*)(ActContext, json);
  std::map<std::string, Work> works;
  for (const auto& [type, act] :
       std::map<std::string, Act>{{"grant", native_host::grant},
                                  {"revoke", native_host::revoke},
                                  {"decide", native_host::decide},
                                  {"hello", native_host::hello},
                                  {"start", native_host::start},
                                  {"stop", native_host::stop}})
    works[type] = [context, act = act](json message) {
      return act(context, std::move(message));
    };
  works["profiles"] = [context, &instances](json message) {
    return profiles(context, instances, std::move(message));
  };
  return works;
}

Result<void> Host::take(const std::string& text) {
  auto message = parse_message(text);
  if (!message) return message.error();
  dispatch(std::move(*message), text.size());
  return {};
}

void Host::dispatch(Message message, std::size_t bytes) {
  json& members = message.members;
  if (!message.problem.empty())
    return refuse(members, invalid("cannot be read, " + message.problem));
  const auto type = type_of(members);
  if (type == "list") return instances_.list();
  if (type == "watch") return instances_.watch();
  if (type == "close") {
    const auto channel = channel_of(members);
    if (channel && *channel) return tunnel_.close(**channel);
    return refuse(members, invalid("close needs a channel"));
  }
  const auto work = works_.find(type);
  if (work == works_.end())
    return refuse(members, invalid("no such message: " + quoted(type)));
  begin(std::move(members), work->second, bytes);
}

void Host::begin(json message, const Work& work, std::size_t bytes) {
  const json id = id_of(message);
  if (id.is_null())
    return refuse(message, invalid("this message needs an id, a number"));
  if (pending_ >= kMaxRequests || pending_bytes_ + bytes > kMaxRequestBytes)
    return refuse(message, Error(Errc::unavailable, "too many requests at once",
                                 "try again when some of them are answered"));
  ++pending_;
  pending_bytes_ += bytes;
  tasks_.spawn(serve(id, work(std::move(message)), bytes));
}

asio::awaitable<void> Host::serve(json id, asio::awaitable<Answer> working,
                                  std::size_t bytes) {
  auto done = co_await std::move(working);
  --pending_;
  pending_bytes_ -= bytes;
  answer(id, std::move(done));
}

asio::awaitable<Answer> Host::tunnel(json message) {
  auto asked = asked_of(message);
  if (!asked) co_return Refusal(asked.error());
  Asked named = std::move(*asked);
  auto result = co_await tunnel_.request(std::move(named));
  co_return rpc_message(result);
}

void Host::answer(const json& id, Answer answer) {
  json message = answer ? std::move(*answer) : error_message(answer.error());
  message["id"] = id;
  if (output_.try_send(message)) return;
  // Of pages that ask for more than the browser reads, only these lose theirs.
  message = no_room_for(message);
  message["id"] = id;
  output_.send(message);
}

void Host::refuse(const json& message, Refusal refusal) {
  json told = error_message(refusal);
  const json id = id_of(message);
  if (!id.is_null()) told["id"] = id;
  output_.send(told);
}

asio::awaitable<void> Host::stop() {
  tasks_.cancel();
  programs_.cancel();
  co_await tasks_.wait();
  co_await programs_.wait();
  co_await instances_.stop();
}

}  // namespace berth::native_host
