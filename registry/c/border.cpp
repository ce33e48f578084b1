#include "registry/c/border.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace berth::c {
namespace {

// At most `size` bytes with the NUL, cut between two characters.
void copy(std::string_view text, char* out, std::size_t size) {
  std::size_t length = std::min(text.size(), size - 1);
  const auto continues = [&](std::size_t at) {
    return at < text.size() && (text[at] & 0xc0) == 0x80;
  };
  while (length > 0 && continues(length)) --length;
  std::memcpy(out, text.data(), length);
  out[length] = '\0';
}

}  // namespace

berth_code code_of(Errc code) {
  switch (code) {
    case Errc::invalid:
      return BERTH_INVALID;
    case Errc::not_found:
      return BERTH_NOT_FOUND;
    case Errc::already_running:
      return BERTH_ALREADY_RUNNING;
    case Errc::denied:
      return BERTH_DENIED;
    case Errc::no_space:
      return BERTH_NO_SPACE;
    case Errc::timed_out:
      return BERTH_TIMED_OUT;
    case Errc::untrusted:
      return BERTH_UNTRUSTED;
    case Errc::failed:
    case Errc::no_port:
    case Errc::unavailable:
      return BERTH_FAILED;
  }
  return BERTH_FAILED;
}

berth_code tell(const Failure& failure, berth_error* error) noexcept {
  if (error != nullptr) {
    error->code = failure.code;
    copy(failure.message, error->message, sizeof error->message);
    copy(failure.hint, error->hint, sizeof error->hint);
  }
  return failure.code;
}

Failure missing(const char* argument) {
  return {BERTH_INVALID, std::string("is NULL: ") + argument};
}

}  // namespace berth::c

const char* berth_code_name(berth_code code) {
  switch (code) {
    case BERTH_OK:
      return "ok";
    case BERTH_FAILED:
      return "failed";
    case BERTH_INVALID:
      return "invalid";
    case BERTH_NOT_FOUND:
      return "not_found";
    case BERTH_ALREADY_RUNNING:
      return "already_running";
    case BERTH_DENIED:
      return "denied";
    case BERTH_NO_SPACE:
      return "no_space";
    case BERTH_TIMED_OUT:
      return "timed_out";
    case BERTH_UNTRUSTED:
      return "untrusted";
    case BERTH_NO_MEMORY:
      return "no_memory";
    case BERTH_CLOSED:
      return "closed";
    case BERTH_FORKED:
      return "forked";
  }
  return "unknown";
}

const char* berth_version(void) { return BERTH_VERSION; }
