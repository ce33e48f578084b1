/* A program in C that publishes a record with libberth and then does what its
 * stdin says, for tests which stop and kill it. Between two commands its only
 * thread of its own sleeps.
 *
 *   owner DIRECTORY NAME PORT
 *
 * Prints `ready` or `error CODE MESSAGE`. Commands: `change TITLE`, `withdraw`,
 * `standing` (waits until there is something to tell, 10 s at most), `exit`
 * (without a withdrawal). Ends in order at EOF. */
#include <berth.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(berth_code code, const berth_error *error, const char *good) {
  if (code == BERTH_OK)
    printf("%s\n", good);
  else
    printf("error %s %s\n", berth_code_name(code), error->message);
  fflush(stdout);
}

static void say_standing(berth_publication *publication) {
  static const char *const words[] = {"published", "healed", "failing", "lost"};
  struct pollfd news = {berth_publication_fd(publication), POLLIN, 0};
  berth_error reason;
  poll(&news, 1, 10000);
  printf("%s\n", words[berth_publication_standing(publication, &reason)]);
  fflush(stdout);
}

static berth_code change(berth_publication *publication, berth_record *record,
                         const char *title, berth_error *error) {
  const berth_code code =
      berth_record_set_text(record, BERTH_KEY_TITLE, title, error);
  return code == BERTH_OK ? berth_change(publication, record, error) : code;
}

static berth_code start(char **words, berth_registry **registry,
                        berth_record **record, berth_publication **publication,
                        berth_error *error) {
  berth_code code = berth_open(words[0], registry, error);
  if (code == BERTH_OK) code = berth_record_new(words[1], record, error);
  if (code == BERTH_OK)
    code =
        berth_record_set_number(*record, BERTH_KEY_PORT, atoi(words[2]), error);
  if (code == BERTH_OK)
    code = berth_publish(*registry, *record, publication, error);
  say(code, error, "ready");
  return code;
}

int main(int argc, char **argv) {
  berth_error error;
  berth_registry *registry = NULL;
  berth_record *record = NULL;
  berth_publication *publication = NULL;
  char line[256];
  if (argc != 4) return 2;
  if (start(argv + 1, &registry, &record, &publication, &error) == BERTH_OK) {
    while (fgets(line, sizeof line, stdin) != NULL) {
      line[strcspn(line, "\n")] = '\0';
      if (strcmp(line, "exit") == 0) exit(0);
      if (strcmp(line, "standing") == 0) say_standing(publication);
      if (strncmp(line, "change ", 7) == 0)
        say(change(publication, record, line + 7, &error), &error, "done");
      if (strcmp(line, "withdraw") == 0) {
        say(berth_withdraw(publication, &error), &error, "done");
        publication = NULL;
      }
    }
  }
  berth_withdraw(publication, NULL);
  berth_record_free(record);
  berth_close(registry);
  return 0;
}
