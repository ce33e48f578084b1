// The floor under a watcher's notice of kill -9: inotify and one probe of the
// lock, and nothing else. Prints microseconds from kill() until the lock is
// known to be free, a line for each round.
// Usage: bench-floor-notice OWNER DIRECTORY ROUNDS
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>

#include "notice_owner.h"

// What is not known by then was missed; the alarm ends the program.
enum { kMissed = 10 /* s */ };

static int is_locked(const char* path) {
  struct flock lock = {.l_type = F_WRLCK,
                       .l_whence = SEEK_SET,
                       .l_start = 1 << 30,
                       .l_len = 1};
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  notice_need(fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0, path);
  close(fd);
  return lock.l_type != F_UNLCK;
}

static void next_notice(int watch) {
  char buffer[8192];
  notice_need(read(watch, buffer, sizeof buffer) > 0, "read inotify");
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  char path[4096];
  snprintf(path, sizeof path, "%s/floor.json", argv[2]);
  const int watch = inotify_init1(IN_CLOEXEC);
  for (int round = 0; round < atoi(argv[3]); ++round) {
    struct notice_owner owner = notice_start(argv[1], argv[2], "floor");
    notice_tell(owner, 'p');
    notice_moment(owner);
    const int directory = inotify_add_watch(watch, argv[2], IN_CLOSE_WRITE);
    notice_need(directory >= 0, argv[2]);
    alarm(kMissed);
    const int64_t began = notice_now();
    kill(owner.pid, SIGKILL);
    next_notice(watch);
    while (is_locked(path)) {
    }
    printf("kill %.1f\n", (double)(notice_now() - began) / 1000);
    inotify_rm_watch(watch, directory);
    next_notice(watch);  // IN_IGNORED
    notice_end(owner);
    unlink(path);
  }
  return 0;
}
