// The registry of a machine's user: one locked file an instance. The default.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <memory>

#include "registry/base/timers.h"
#include "registry/registry.h"

namespace berth::registry {

class JudgedDirectory;

class FileRegistry : public Registry {
 public:
  // `directory`: see paths.h; made, 0700, at the first announce() or watch().
  // `timers` must outlive the registry and all that it gave out.
  FileRegistry(std::filesystem::path directory,
               boost::asio::any_io_executor executor, Timers& timers);
  ~FileRegistry() override;

  [[nodiscard]] Result<std::unique_ptr<Registration>> announce(
      const Record& record, OnStanding on_standing) override;
  [[nodiscard]] Result<std::vector<Entry>> list() override;
  [[nodiscard]] Result<Entry> find(const std::string& name) override;
  [[nodiscard]] Result<std::unique_ptr<Watch>> watch(OnEvent on_event) override;
  [[nodiscard]] Result<bool> reap(const std::string& name) override;

 private:
  std::unique_ptr<JudgedDirectory> directory_;
  boost::asio::any_io_executor executor_;
  Timers& timers_;
};

}  // namespace berth::registry
