// A registry without files, for tests of what stands on Registry. It passes
// the same contract test as FileRegistry.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "registry/registry.h"

namespace berth::test {

class MemoryRegistry : public registry::Registry {
 public:
  explicit MemoryRegistry(boost::asio::any_io_executor executor);
  ~MemoryRegistry() override;

  [[nodiscard]] Result<std::unique_ptr<registry::Registration>> announce(
      const registry::Record& record,
      registry::OnStanding on_standing) override;
  [[nodiscard]] Result<std::vector<registry::Entry>> list() override;
  [[nodiscard]] Result<registry::Entry> find(const std::string& name) override;
  [[nodiscard]] Result<std::unique_ptr<registry::Watch>> watch(
      registry::OnEvent on_event) override;
  [[nodiscard]] Result<bool> reap(const std::string& name) override;

  // As if the owner of `name` was killed: the record stays, dead, and the
  // Registration can do nothing any more.
  void crash(const std::string& name);
  // As if another owner got the name: the Registration hears `lost`.
  void lose(const std::string& name);

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace berth::test
