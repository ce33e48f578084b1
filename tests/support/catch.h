// Catch2 as the distribution has it: one header in version 2, many in 3.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include "registry/base/result.h"

// A failed check shows the error; Boost's own printing wants every T to print.
template <class T>
struct Catch::StringMaker<boost::system::result<T, berth::Error>> {
  static std::string convert(
      const boost::system::result<T, berth::Error>& result) {
    return result ? "a value" : "error: " + result.error().message;
  }
};
