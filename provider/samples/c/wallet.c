/* A wallet in C: claims its data directory, listens, publishes a record, and
 * tells its chain to whoever asks: wallet NAME. From `berth start` it has name,
 * port and data directory in its environment. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <berth.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;
static void stop(int number) { stopped = number; }

static void need(int ok, const char *why) {
  if (ok) return;
  fprintf(stderr, "wallet: %s\n", why);
  exit(1);
}

/* A listener at 127.0.0.1, at `*port` or, where that is 0, at any free one. */
static int listen_at(int64_t *port) {
  struct sockaddr_in at = {.sin_family = AF_INET,
                           .sin_port = htons((uint16_t)*port),
                           .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof at;
  const int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const int ok = bind(fd, (void *)&at, size) == 0 && listen(fd, 64) == 0 &&
                 getsockname(fd, (void *)&at, &size) == 0;
  need(ok, strerror(errno));
  *port = ntohs(at.sin_port);
  return fd;
}

/* One client after the other; each read is given two seconds. */
static void answer(int fd) {
  char line[8192], body[65536] = "";
  size_t size = 0;
  const struct timeval patience = {.tv_sec = 2};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  FILE *in = fdopen(fd, "r");
  if (in == NULL) return; /* the client had gone */
  while (fgets(line, sizeof line, in) && strcmp(line, "\r\n") != 0)
    if (strncasecmp(line, "content-length:", 15) == 0)
      size = strtoul(line + 15, NULL, 10);
  (void)!fread(body, 1, size < sizeof body ? size : sizeof body - 1, in);
  const char *id = strstr(body, "\"id\":") ? strstr(body, "\"id\":") + 5 : "1";
  const char *result = strstr(body, "\"eth_chainId\"")
                           ? "\"result\":\"0x7a69\""
                           : "\"error\":{\"code\":-32601,\"message\":\"no such "
                             "method\"}";
  const int length = (int)strcspn(id, ",}");
  dprintf(fd,
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
          "Connection: close\r\nContent-Length: %zu\r\n\r\n"
          "{\"jsonrpc\":\"2.0\",\"id\":%.*s,%s}",
          (size_t)length + strlen(result) + 24, length, id, result);
  fclose(in);
}

int main(int argc, char **argv) {
  const char *name = getenv("BERTH_NAME");
  berth_error e;
  berth_claim *claim = NULL;
  berth_record *record;
  berth_registry *registry;
  berth_publication *publication;
  if (getenv("BERTH_DATA_DIR"))
    need(berth_claim_take(NULL, &claim, &e) == BERTH_OK, e.message);
  if (name == NULL || *name == '\0') name = argc > 1 ? argv[1] : NULL;
  need(berth_record_new(name, &record, &e) == BERTH_OK, e.message);

  sigset_t ends, before; /* a signal comes while ppoll() waits, or not at all */
  sigemptyset(&ends), sigaddset(&ends, SIGTERM), sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, &before);
  signal(SIGTERM, stop), signal(SIGINT, stop), signal(SIGPIPE, SIG_IGN);

  int64_t port = berth_record_number(record, BERTH_KEY_PORT);
  const int listener = listen_at(&port);
  berth_record_set_number(record, BERTH_KEY_PORT, port, NULL);
  berth_record_set_text(record, BERTH_KEY_CHAIN_ID, "0x7a69", NULL);
  need(berth_open(NULL, &registry, &e) == BERTH_OK &&
           berth_publish(registry, record, &publication, &e) == BERTH_OK,
       e.message);
  printf("%s %d\n", berth_record_text(record, BERTH_KEY_NAME), (int)port);
  fflush(stdout);

  struct pollfd fds[] = {{listener, POLLIN, 0},
                         {berth_publication_fd(publication), POLLIN, 0}};
  while (!stopped) {
    if (ppoll(fds, 2, NULL, &before) <= 0) continue;
    if (fds[1].revents) /* somebody was at the record */
      need(berth_publication_standing(publication, &e) != BERTH_LOST,
           e.message);
    if (fds[0].revents) answer(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
  }

  close(listener);
  need(berth_withdraw(publication, &e) == BERTH_OK, e.message);
  berth_close(registry);
  berth_record_free(record);
  berth_claim_release(claim);
  return 0;
}
