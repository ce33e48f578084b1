// So much at once and no more, of whatever is counted: bytes, requests. One
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

namespace berth {

class Quota {
 public:
  explicit Quota(std::size_t most) : left_(most) {}
  Quota(const Quota&) = delete;
  Quota& operator=(const Quota&) = delete;

  // What was taken, given back when it is destroyed.
  class Share {
   public:
    Share(Quota& quota, std::size_t amount) : quota_(&quota), amount_(amount) {}
    Share(Share&& other) noexcept
        : quota_(std::exchange(other.quota_, nullptr)),
          amount_(other.amount_) {}
    Share& operator=(Share&&) = delete;
    ~Share() {
      if (quota_) quota_->left_ += amount_;
    }

   private:
    Quota* quota_;
    std::size_t amount_;
  };

  // nullopt: so much is not left. Must outlive what is taken.
  [[nodiscard]] std::optional<Share> take(std::size_t amount) {
    if (amount > left_) return std::nullopt;
    left_ -= amount;
    return std::optional<Share>(std::in_place, *this, amount);
  }

 private:
  std::size_t left_;
};

}  // namespace berth
