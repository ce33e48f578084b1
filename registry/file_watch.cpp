#include "registry/file_watch.h"

#include <sys/inotify.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <map>
#include <utility>

#include "registry/difference.h"
#include "registry/directory.h"
#include "registry/record_reader.h"
#include "registry/watcher.h"

namespace berth::registry {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::uint32_t kMask = IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVE_SELF |
                                IN_DELETE_SELF | IN_ONLYDIR;
// A net below the notices, and the rate where there are none.
constexpr auto kSafetyScan = 30s;
constexpr auto kBlindScan = 1s;
// The kernel tells of a close before it frees the lock, so a probe right after
// may still find it held: look again after 1, 2, 4 ... ms, a second in all.
constexpr auto kFirstProbe = 1ms;
constexpr auto kLastProbe = 512ms;

class FileWatch : public Watch, public std::enable_shared_from_this<FileWatch> {
 public:
  FileWatch(std::filesystem::path directory, asio::any_io_executor executor,
            Timers& timers, OnEvent on_event)
      : directory_(std::move(directory)),
        executor_(std::move(executor)),
        timers_(timers),
        on_event_(std::move(on_event)) {}

  void start() {
    aim();
    asio::post(executor_, [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->scan();
    });
  }

  void end() {
    on_event_ = nullptr;
    watcher_.reset();
    probes_.clear();
    next_scan_.cancel();
  }

 private:
  // Watches the directory that has the path now, which may be another one than
  // before: a watch stays with its inode. Without success there is no watcher.
  void aim() {
    if (!make_directory(directory_.path())) return watcher_.reset();
    if (!watcher_) {
      auto opened = Watcher::open(executor_, [this](const Watcher::Notice& n) {
        const auto self = shared_from_this();  // a callback may end the watch
        noticed(n);
      });
      if (!opened) return;
      watcher_ = std::move(*opened);
    }
    if (!watcher_->watch({{directory_.path().string(), kMask}})) watcher_.reset();
  }

  void noticed(const Watcher::Notice& notice) {
    constexpr std::uint32_t kLost =
        IN_Q_OVERFLOW | IN_IGNORED | IN_MOVE_SELF | IN_DELETE_SELF | IN_UNMOUNT;
    if ((notice.mask & kLost) != 0) {
      tell(Event{Event::What::rescanning, {}});
      if (on_event_) scan();
      return;
    }
    if (!notice.name.ends_with(".json") || notice.name.starts_with('.')) return;
    const std::string name = notice.name.substr(0, notice.name.size() - 5);
    refresh(name);
    if (on_event_ && (notice.mask & IN_CLOSE_WRITE) != 0) probe_later(name);
  }

  // An owner was told to be dying. Ends when it is dead, gone or another one.
  void probe_later(const std::string& name,
                   Timers::Clock::duration delay = kFirstProbe) {
    const Entry* now = known_.known(name);
    if (!now || now->liveness != Liveness::alive || delay > kLastProbe) {
      probes_.erase(name);
      return;
    }
    probes_[name] = timers_.after(delay, [this, name, delay] {
      const auto self = shared_from_this();
      refresh(name);
      if (on_event_) probe_later(name, delay * 2);
    });
  }

  void refresh(const std::string& name) {
    auto entry = read_record(directory_, name);
    std::optional<Entry> seen;
    if (entry) {
      seen = std::move(*entry);
    } else if (entry.error().code != Errc::not_found) {
      return;  // the directory itself is in trouble: the next scan tells
    }
    if (auto event = known_.update(name, std::move(seen))) tell(*event);
  }

  void scan() {
    const auto self = shared_from_this();
    aim();
    const bool was_blind = std::exchange(blind_, !watcher_);
    if (blind_ && !was_blind) tell(Event{Event::What::rescanning, {}});
    if (auto entries = read_records(directory_)) {
      for (const auto& event : known_.update_all(std::move(*entries)))
        tell(event);
    }
    if (!on_event_) return;
    next_scan_ =
        timers_.after(watcher_ ? kSafetyScan : kBlindScan, [this] { scan(); });
  }

  void tell(const Event& event) {
    if (!on_event_) return;
    const OnEvent call = on_event_;  // it may end the watch
    call(event);
  }

  JudgedDirectory directory_;
  asio::any_io_executor executor_;
  Timers& timers_;
  OnEvent on_event_;
  Difference known_;
  std::unique_ptr<Watcher> watcher_;
  std::map<std::string, Alarm> probes_;
  Alarm next_scan_;
  bool blind_ = false;  // no notices: told once as `rescanning`
};

// What the caller holds. The watch itself is shared, so that it can be ended
// from inside its own callback.
class Handle : public Watch {
 public:
  explicit Handle(std::shared_ptr<FileWatch> watch)
      : watch_(std::move(watch)) {}
  ~Handle() override { watch_->end(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

 private:
  std::shared_ptr<FileWatch> watch_;
};

}  // namespace

Result<std::unique_ptr<Watch>> watch_directory(
    const std::filesystem::path& directory, asio::any_io_executor executor,
    Timers& timers, OnEvent on_event) {
  if (auto made = make_directory(directory); !made) return made.error();
  auto watch = std::make_shared<FileWatch>(directory, std::move(executor),
                                           timers, std::move(on_event));
  watch->start();
  return std::unique_ptr<Watch>(std::make_unique<Handle>(std::move(watch)));
}

}  // namespace berth::registry
