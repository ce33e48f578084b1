#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>

#include "registry/base/unique_fd.h"
#include "registry/watcher.h"

namespace berth::registry {

namespace asio = boost::asio;

namespace {

bool contains(const std::vector<int>& watches, int wd) {
  return std::find(watches.begin(), watches.end(), wd) != watches.end();
}

Error unavailable(int err, std::string hint) {
  Error error = errno_error(err, "watch files (inotify)");
  error.code = Errc::unavailable;
  error.hint = std::move(hint);
  return error;
}

}  // namespace

// Shared with the pending read, which may complete after the Watcher is gone.
struct Watcher::Impl : std::enable_shared_from_this<Impl> {
  Impl(const asio::any_io_executor& executor, Handler h)
      : stream(executor), handler(std::move(h)) {}

  void read() {
    stream.async_read_some(
        asio::buffer(buffer),
        [self = shared_from_this()](boost::system::error_code error,
                                    std::size_t size) {
          if (error) return;
          self->deliver(size);
          if (self->handler) self->read();
        });
  }

  void deliver(std::size_t size) {
    for (std::size_t at = 0; at < size && handler;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      Notice notice{event.mask, {}};
      if (event.len > 0) notice.name = buffer.data() + at + sizeof event;
      at += sizeof event + event.len;
      // Of a watch that was replaced: what is left in the queue is old.
      if ((event.mask & IN_Q_OVERFLOW) == 0 && !contains(watches, event.wd))
        continue;
      const Handler call = handler;  // it may destroy the Watcher
      call(notice);
    }
  }

  asio::posix::stream_descriptor stream;
  Handler handler;
  std::vector<int> watches;
  alignas(inotify_event) std::array<char, 8192> buffer;
};

Result<std::unique_ptr<Watcher>> Watcher::open(asio::any_io_executor executor,
                                               Handler handler) {
  UniqueFd fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!fd) {
    const int err = errno;
    return unavailable(err, "raise the sysctl fs.inotify.max_user_instances");
  }
  auto impl = std::make_shared<Impl>(executor, std::move(handler));
  boost::system::error_code refused;
  impl->stream.assign(fd.get(), refused);
  if (refused)
    return unavailable(refused.value(),
                       "raise the sysctl fs.epoll.max_user_watches");
  (void)fd.release();  // the stream's from here on
  impl->read();
  return std::unique_ptr<Watcher>(new Watcher(std::move(impl)));
}

Watcher::Watcher(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Watcher::~Watcher() {
  impl_->handler = nullptr;
  impl_->stream.close();
}

Result<void> Watcher::watch(const std::vector<Target>& targets) {
  const int fd = impl_->stream.native_handle();
  std::vector<int> watches;
  for (const auto& target : targets) {
    const int wd = ::inotify_add_watch(fd, target.path.c_str(), target.mask);
    if (wd < 0) {
      const int err = errno;
      return errno_error(err, "watch " + target.path);
    }
    watches.push_back(wd);
  }
  for (int old : impl_->watches)
    if (!contains(watches, old)) ::inotify_rm_watch(fd, old);
  impl_->watches = std::move(watches);
  return {};
}

}  // namespace berth::registry
