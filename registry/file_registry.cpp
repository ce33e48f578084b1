#include "registry/file_registry.h"

#include <sys/inotify.h>

#include <chrono>

#include "registry/directory.h"
#include "registry/file_watch.h"
#include "registry/record_publisher.h"
#include "registry/record_reader.h"
#include "registry/watcher.h"

namespace berth::registry {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kBusyLimit = 10s;
// Between two tries to publish again, and between two looks where the user has
// no inotify instance left.
constexpr auto kLookAgain = 1s;
// A net below the notices: none comes when a parent directory is moved.
constexpr auto kSafetyLook = 30s;

// Keeps its own record published: whoever sweeps the directory must not make
// a running instance unfindable.
class FileRegistration : public Registration {
 public:
  FileRegistration(std::filesystem::path directory, PublishedFile file,
                   Record record, const asio::any_io_executor& executor,
                   Timers& timers, OnStanding on_standing)
      : directory_(std::move(directory)),
        file_(std::move(file)),
        record_(std::move(record)),
        timers_(timers),
        on_standing_(std::move(on_standing)) {
    auto opened =
        Watcher::open(executor, [this](const Watcher::Notice&) { look(); });
    if (opened) watcher_ = std::move(*opened);
    guard();
  }
  FileRegistration(const FileRegistration&) = delete;
  FileRegistration& operator=(const FileRegistration&) = delete;
  ~FileRegistration() override { (void)withdraw(); }

  Result<void> change(const Record& record) override {
    if (record.name != record_.name)
      return Error{Errc::invalid, "a record keeps its name: " + record_.name};
    if (ended_)
      return Error{Errc::failed, "no longer published: " + record_.name};
    if (auto ok = file_.change(record); !ok) return ok;
    record_ = record;
    guard();
    return {};
  }

  Result<void> withdraw() override {
    if (ended_) return {};
    // Before the watcher ends: the kernel takes some 15 ms to close it.
    auto withdrawn = file_.withdraw();
    end();
    return withdrawn;
  }

  const Record& record() const override { return record_; }

 private:
  void end() {
    ended_ = true;
    watcher_.reset();
    again_.cancel();
  }

  // Watches the file by its descriptor, not by its name: a watch by name could
  // end up on a file that has just replaced it. Of the directory only what
  // happens to itself, so that other records wake nobody.
  void guard() {
    const std::vector<Watcher::Target> targets{
        {"/proc/self/fd/" + std::to_string(file_.fd()),
         IN_ATTRIB | IN_MODIFY | IN_MOVE_SELF | IN_DELETE_SELF},
        {directory_.string(), IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR}};
    if (watcher_ && !watcher_->watch(targets)) watcher_.reset();
    // What happened before the watch was there.
    const bool good = file_.standing() == PublishedFile::Standing::good;
    look_later(good ? net() : 0s);
  }

  Timers::Clock::duration net() const {
    return watcher_ ? kSafetyLook : kLookAgain;
  }

  void look_later(Timers::Clock::duration delay) {
    again_ = timers_.after(delay, [this] { look(); });
  }

  void look() {
    if (ended_) return;
    if (file_.standing() == PublishedFile::Standing::good)
      return look_later(net());
    auto healed = file_.change(record_);
    if (healed) {
      guard();
      return tell(Standing::healed,
                  {Errc::failed, "record was removed, replaced or opened up: " +
                                     record_.name});
    }
    if (healed.error().code == Errc::already_running) {
      end();
      return tell(Standing::lost, healed.error());
    }
    look_later(kLookAgain);
    tell(Standing::failing, healed.error());
  }

  // Last in its caller: it may destroy this.
  void tell(Standing standing, const Error& error) {
    const OnStanding call = on_standing_;
    if (call) call(standing, error);
  }

  std::filesystem::path directory_;
  PublishedFile file_;
  Record record_;
  Timers& timers_;
  OnStanding on_standing_;
  std::unique_ptr<Watcher> watcher_;
  Alarm again_;
  bool ended_ = false;
};

}  // namespace

FileRegistry::FileRegistry(std::filesystem::path directory,
                           asio::any_io_executor executor, Timers& timers)
    : directory_(std::make_unique<JudgedDirectory>(directory)),
      executor_(std::move(executor)),
      timers_(timers) {}

FileRegistry::~FileRegistry() = default;

Result<std::unique_ptr<Registration>> FileRegistry::announce(
    const Record& record, OnStanding on_standing) {
  auto file = PublishedFile::publish(directory_->path(), record, kBusyLimit);
  if (!file) return file.error();
  // What others left behind when they were killed holds a token. Whether it
  // can be removed changes nothing about this record.
  (void)remove_leftovers(directory_->path());
  return std::unique_ptr<Registration>(std::make_unique<FileRegistration>(
      directory_->path(), std::move(*file), record, executor_, timers_,
      std::move(on_standing)));
}

Result<std::vector<Entry>> FileRegistry::list() {
  return read_records(*directory_);
}

Result<Entry> FileRegistry::find(const std::string& name) {
  return read_record(*directory_, name);
}

Result<std::unique_ptr<Watch>> FileRegistry::watch(OnEvent on_event) {
  return watch_directory(directory_->path(), executor_, timers_,
                         std::move(on_event));
}

Result<bool> FileRegistry::reap(const std::string& name) {
  return reap_record(directory_->path(), name, kBusyLimit);
}

}  // namespace berth::registry
