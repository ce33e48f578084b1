// Catch2 as the distribution has it: one header in version 2, many in 3. And
// how it prints a Result, whatever is in it.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <boost/system/result.hpp>
#include <sstream>

template <class T, class E>
struct Catch::StringMaker<boost::system::result<T, E>> {
  static std::string convert(const boost::system::result<T, E>& result) {
    if (result) return "a value";
    std::ostringstream text;
    text << "error: " << result.error();
    return text.str();
  }
};
