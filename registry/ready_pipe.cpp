#include "registry/ready_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "registry/base/files.h"
#include "registry/base/text.h"

namespace berth::registry {
namespace {

constexpr int kReadyFd = 4;

int exit_code_of(Errc code) {
  switch (code) {
    case Errc::already_running:
      return 5;
    case Errc::no_port:
      return 6;
    case Errc::timed_out:
      return 7;
    default:
      return 1;
  }
}

}  // namespace

ReadyPipe::ReadyPipe() : piped_(::fcntl(kReadyFd, F_GETFD) >= 0) {
  if (piped_) ::fcntl(kReadyFd, F_SETFD, FD_CLOEXEC);
}

void ReadyPipe::send(const std::string& line) {
  // The launcher may have gone (Ctrl-C): nobody waits for the line then.
  (void)write_all(kReadyFd, line + "\n", "ready pipe");
  ::close(kReadyFd);
  piped_ = false;
}

void ReadyPipe::ready(const Record& record) {
  const std::string at =
      record.endpoint.host + ":" + std::to_string(record.endpoint.port);
  if (!piped_) {
    std::printf("%s is ready: http://%s\n", record.name.c_str(), at.c_str());
    std::fflush(stdout);
    return;
  }
  const nlohmann::json line{{"ready",
                             {{"name", record.name},
                              {"id", record.id},
                              {"pid", record.pid},
                              {"port", record.endpoint.port},
                              {"url", "http://" + at},
                              {"ws_url", "ws://" + at}}}};
  send(line.dump());
}

int ReadyPipe::failed(const Error& error) {
  const int code = exit_code_of(error.code);
  if (!piped_) {
    std::fprintf(stderr, "berth: %s\n", visible(error.message).c_str());
    if (!error.hint.empty())
      std::fprintf(stderr, "%s\n", visible_lines(error.hint).c_str());
    return code;
  }
  const nlohmann::json line{
      {"error",
       {{"exit", code}, {"message", error.message}, {"hint", error.hint}}}};
  // A message may quote bytes that are no UTF-8.
  send(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  return code;
}

}  // namespace berth::registry
