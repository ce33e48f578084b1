// Starts a bench-notice-owner, tells it what to do, and kills it. In C, for the
// floor too. What goes wrong ends the program: a figure of it is worth nothing.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct notice_owner {
  pid_t pid;
  int commands;  // its stdin
  int moments;   // its stdout
};

static inline int64_t notice_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline void notice_need(int ok, const char* what) {
  if (ok) return;
  perror(what);
  exit(1);
}

static inline pid_t notice_spawn(char** words,
                                 posix_spawn_file_actions_t* actions) {
  extern char** environ;
  pid_t pid = 0;
  notice_need(posix_spawn(&pid, words[0], actions, NULL, words, environ) == 0,
              words[0]);
  return pid;
}

static inline struct notice_owner notice_start(const char* program,
                                               const char* directory,
                                               const char* name) {
  int in[2], out[2];
  notice_need(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  char* words[] = {(char*)program, (char*)directory, (char*)name, NULL};
  const struct notice_owner owner = {notice_spawn(words, &actions), in[1],
                                     out[0]};
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);  // the owner's ends are the owner's alone
  close(out[1]);
  return owner;
}

static inline void notice_tell(struct notice_owner owner, char command) {
  notice_need(write(owner.commands, &command, 1) == 1, "tell an owner");
}

// When it began to do what it was told last. Waits until that is done.
static inline int64_t notice_moment(struct notice_owner owner) {
  int64_t moment = 0;
  notice_need(read(owner.moments, &moment, sizeof moment) == sizeof moment,
              "hear an owner");
  return moment;
}

static inline void notice_end(struct notice_owner owner) {
  close(owner.commands);
  close(owner.moments);
  waitpid(owner.pid, NULL, 0);
}
