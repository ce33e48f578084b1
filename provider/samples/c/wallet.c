/* A wallet in C: claims its data directory, listens, publishes a record, and
 * tells its chain to whoever asks. `berth start` gives it name, port and data
 * directory; by hand: BERTH_NAME=carol ./berth-sample-wallet-c */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <berth.h>
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
  need(bind(fd, (void *)&at, size) == 0 && listen(fd, 64) == 0 &&
           getsockname(fd, (void *)&at, &size) == 0,
       "cannot listen at BERTH_PORT");
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
  while (fgets(line, sizeof line, in) && strcmp(line, "\r\n") != 0)
    if (strncasecmp(line, "content-length:", 15) == 0)
      size = strtoul(line + 15, NULL, 10);
  (void)!fread(body, 1, size < sizeof body ? size : sizeof body - 1, in);
  const char *id = strstr(body, "\"id\":") ? strstr(body, "\"id\":") + 5 : "1";
  const int length = (int)strcspn(id, ",}");
  dprintf(fd,
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
          "Connection: close\r\nContent-Length: %d\r\n\r\n"
          "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":\"0x7a69\"}",
          length + 41, length, id);
  fclose(in);
}

int main(void) {
  berth_error e;
  berth_claim *claim = NULL;
  berth_record *record;
  berth_registry *registry;
  berth_publication *publication;
  if (getenv("BERTH_DATA_DIR"))
    need(berth_claim_take(NULL, &claim, &e) == BERTH_OK, e.message);
  need(berth_record_new(NULL, &record, &e) == BERTH_OK, e.message);

  sigset_t ends, before; /* a signal comes while ppoll() waits, or not at all */
  sigemptyset(&ends), sigaddset(&ends, SIGTERM), sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, &before);
  signal(SIGTERM, stop), signal(SIGINT, stop), signal(SIGPIPE, SIG_IGN);

  int64_t port = berth_record_number(record, BERTH_KEY_PORT);
  struct pollfd listener = {.fd = listen_at(&port), .events = POLLIN};
  berth_record_set_number(record, BERTH_KEY_PORT, port, NULL);
  berth_record_set_text(record, BERTH_KEY_CHAIN_ID, "0x7a69", NULL);
  need(berth_open(NULL, &registry, &e) == BERTH_OK &&
           berth_publish(registry, record, &publication, &e) == BERTH_OK,
       e.message);
  printf("%s %d\n", berth_record_text(record, BERTH_KEY_NAME), (int)port);
  fflush(stdout);

  while (!stopped)
    if (ppoll(&listener, 1, NULL, &before) > 0)
      answer(accept4(listener.fd, NULL, NULL, SOCK_CLOEXEC));

  close(listener.fd);
  need(berth_withdraw(publication, &e) == BERTH_OK, e.message);
  berth_close(registry);
  berth_record_free(record);
  berth_claim_release(claim);
  return 0;
}
