/* Runs commands in turn, so that a change of the machine's speed hits all of
   them, and prints what each run took. In C and small, because a process's
   peak memory is never told as less than its parent's was when it began.

   Usage: alternate ROUNDS, then for each command its words, each command
   closed by the word ";". Prints a line for each run: the command's number,
   microseconds, peak resident KiB. The first round is not printed: it warms.
   A command that fails ends it: a figure of a failure is worth nothing. */
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { kMostCommands = 16 };
extern char** environ;

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int run(char** command, int number, int print) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
  pid_t pid;
  int status = 0;
  struct rusage usage;
  const double start = microseconds();
  const int error = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
  if (!error) wait4(pid, &status, 0, &usage);
  const double end = microseconds();
  posix_spawn_file_actions_destroy(&actions);
  if (error || status != 0) {
    fprintf(stderr, "failed with %d: %s %s\n", error ? error : status, command[0],
            command[1] ? command[1] : "");
    return 0;
  }
  if (print) printf("%d %.1f %ld\n", number, end - start, usage.ru_maxrss);
  return 1;
}

int main(int argc, char** argv) {
  char** commands[kMostCommands];
  int count = 0;
  int start = 2;
  for (int i = 2; i < argc; ++i) {
    if (strcmp(argv[i], ";") != 0) continue;
    if (count == kMostCommands) return 2;
    argv[i] = NULL;
    commands[count++] = argv + start;
    start = i + 1;
  }
  if (count == 0) return 2;
  const int rounds = atoi(argv[1]);
  for (int round = 0; round <= rounds; ++round)
    for (int i = 0; i < count; ++i)
      if (!run(commands[i], i, round > 0)) return 1;
  return 0;
}
