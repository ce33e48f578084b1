// Calls back from the executor, later, and not at all once it is gone: so no
// callback comes from inside a call, and one may destroy whatever it likes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

namespace berth {

class Teller {
 public:
  explicit Teller(boost::asio::any_io_executor executor)
      : executor_(std::move(executor)) {}

  // In the order of the calls.
  template <class Call>
  void later(Call call) {
    boost::asio::post(executor_, while_alive(std::move(call)));
  }

  // `call` as a handler that does nothing once the Teller is gone.
  template <class Call>
  auto while_alive(Call call) {
    return [still = std::weak_ptr<int>(alive_),
            call = std::move(call)](auto... with) mutable {
      if (!still.expired()) call(with...);
    };
  }

 private:
  boost::asio::any_io_executor executor_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace berth
