#include "registry/base/json_events.h"

// Boost.JSON without its library: all of it is in this file.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <cmath>
#include <cstdlib>
#include <string>

namespace berth {
namespace {

namespace bj = boost::json;
using Code = bj::error_code;

// It is recursive, so it has a limit of its own, beyond that of any caller.
constexpr std::size_t kMostDepth = 512;

// Boost.JSON's handler. What stops the parse but is no fault of the text is
// `refused`.
class Handler {
 public:
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  explicit Handler(JsonEvents& events) : events_(&events) {}

  bool refused = false;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code& code) {
    return go_on(events_->start_object(kUnknown), code);
  }
  bool on_object_end(std::size_t, Code& code) {
    return go_on(events_->end_object(), code);
  }
  bool on_array_begin(Code& code) {
    return go_on(events_->start_array(kUnknown), code);
  }
  bool on_array_end(std::size_t, Code& code) {
    return go_on(events_->end_array(), code);
  }
  bool on_key_part(bj::string_view part, std::size_t, Code&) {
    return add(part);
  }
  bool on_key(bj::string_view rest, std::size_t, Code& code) {
    add(rest);
    return go_on(events_->key(text_), code);
  }
  bool on_string_part(bj::string_view part, std::size_t, Code&) {
    return add(part);
  }
  bool on_string(bj::string_view rest, std::size_t, Code& code) {
    add(rest);
    return go_on(events_->string(text_), code);
  }
  bool on_number_part(bj::string_view, Code&) { return true; }
  bool on_int64(std::int64_t value, bj::string_view text, Code& code) {
    return go_on(text.front() == '-'
                     ? events_->number_integer(value)
                     : events_->number_unsigned(static_cast<std::uint64_t>(value)),
                 code);
  }
  bool on_uint64(std::uint64_t value, bj::string_view, Code& code) {
    return go_on(events_->number_unsigned(value), code);
  }
  // Not the value that it is given, which may be wrong in its last digit.
  bool on_double(double, bj::string_view text, Code& code) {
    const std::string digits(text);
    const double value = std::strtod(digits.c_str(), nullptr);
    if (std::isfinite(value))
      return go_on(events_->number_float(value, digits), code);
    code = bj::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool value, Code& code) {
    return go_on(events_->boolean(value), code);
  }
  bool on_null(Code& code) { return go_on(events_->null(), code); }
  bool on_comment_part(bj::string_view, Code&) { return false; }
  bool on_comment(bj::string_view, Code&) { return false; }

 private:
  static constexpr auto kUnknown = static_cast<std::size_t>(-1);

  // A text with escapes comes in parts.
  bool add(bj::string_view part) {
    if (whole_) text_.clear();
    whole_ = false;
    text_.append(part.data(), part.size());
    return true;
  }

  bool go_on(bool accepted, Code& code) {
    whole_ = true;
    refused = !accepted;
    if (refused) code = bj::error::incomplete;  // any: it only stops the parser
    return accepted;
  }

  JsonEvents* events_;
  std::string text_;
  bool whole_ = true;  // what is in `text_` was told
};

}  // namespace

std::optional<std::size_t> read_json(std::string_view text,
                                     JsonEvents& events) {
  bj::parse_options options;
  options.max_depth = kMostDepth;
  bj::basic_parser<Handler> parser(options, events);
  Code code;
  const std::size_t read =
      parser.write_some(/*more=*/false, text.data(), text.size(), code);
  if (parser.handler().refused) return std::nullopt;
  if (code || read < text.size()) return read;
  return std::nullopt;
}

}  // namespace berth
