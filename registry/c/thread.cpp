#include "registry/c/thread.h"

#include <pthread.h>

#include <csignal>

namespace berth::c {
namespace {

// A thread inherits the mask of who starts it. The program's signals are for
// its own threads; only faults, which the kernel sends to the thread that made
// them, still reach a handler of the program.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t signals;
    ::sigfillset(&signals);
    for (const int fault :
         {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP})
      ::sigdelset(&signals, fault);
    ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

Thread::Thread(const std::filesystem::path& directory)
    : files_(directory, io_.get_executor(), timers_) {
  const SignalsBlocked blocked;
  thread_ = std::thread([this] { loop(); });
  ::pthread_setname_np(thread_.native_handle(), "libberth");
}

Thread::~Thread() {
  io_.stop();
  thread_.join();
}

void Thread::loop() {
  // An exception that gets here is out of memory, or a bug: neither may end
  // somebody else's program. Whoever looks again every second goes on.
  while (!io_.stopped()) {
    try {
      io_.run();
    } catch (const std::exception&) {
    }
  }
}

}  // namespace berth::c
