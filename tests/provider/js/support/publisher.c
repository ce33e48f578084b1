/* A publisher by the registry's format 1, for tests: publisher DIR NAME reads
 * the record on stdin up to a NUL byte, publishes it under its lock, says
 * "published", and at the end of stdin withdraws it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check(int ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(1);
}

static size_t read_record(char *record, size_t limit) {
  size_t size = 0;
  while (size < limit && read(0, record + size, 1) == 1) {
    if (record[size] == '\0') return size;
    ++size;
  }
  fprintf(stderr, "no record on stdin\n");
  exit(1);
}

int main(int argc, char **argv) {
  static char record[1 << 17];
  char temporary[4096], published[4096];
  struct flock lock = {.l_type = F_WRLCK, .l_start = 1 << 30, .l_len = 1};
  check(argc == 3, "usage: publisher DIR NAME");
  size_t size = read_record(record, sizeof record);
  snprintf(temporary, sizeof temporary, "%s/.%s.%d.tmp", argv[1], argv[2],
           (int)getpid());
  snprintf(published, sizeof published, "%s/%s.json", argv[1], argv[2]);

  int fd = open(temporary,
                O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  check(fd >= 0, temporary);
  check(fcntl(fd, F_OFD_SETLK, &lock) == 0, "lock");
  check(write(fd, record, size) == (ssize_t)size, "write");
  check(rename(temporary, published) == 0, published);
  puts("published");
  fflush(stdout);

  char end;
  while (read(0, &end, 1) > 0) {
  }
  check(unlink(published) == 0, published);
  return 0;
}
