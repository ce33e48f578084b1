// The floor under `berth list`: opens, reads, probes and prints the records of
// a directory, and does nothing else. No checks, no parsing, no table.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char** argv) {
  static char text[65536];
  DIR* directory = argc == 2 ? opendir(argv[1]) : NULL;
  if (!directory) return 1;
  for (struct dirent* item; (item = readdir(directory));) {
    if (!strstr(item->d_name, ".json") || item->d_name[0] == '.') continue;
    int fd = openat(dirfd(directory), item->d_name, O_RDONLY | O_NOFOLLOW);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) continue;
    ssize_t size = read(fd, text, sizeof text - 1);
    struct flock lock = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = 1 << 30,
                         .l_len = 1};
    int alive = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    text[size > 0 ? size : 0] = '\0';
    char* port = strstr(text, "\"port\": ");
    printf("%-20s %s %.5s\n", item->d_name, alive ? "running" : "crashed",
           port ? port + 8 : "");
    close(fd);
  }
  return 0;
}
