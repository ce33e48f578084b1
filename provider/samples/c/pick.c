/* A dApp in C that finds a wallet by its name, or says which ones run:
 *   berth-sample-pick-c [NAME] */
#include <berth.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int fail(const berth_error *error) {
  fprintf(stderr, "pick: %s\n%s\n", error->message, error->hint);
  return 1;
}

/* No title: it would have to be escaped for a terminal. A name is safe. */
static void show(const berth_record *record) {
  printf("%s http://%s:%" PRId64 "\n",
         berth_record_text(record, BERTH_KEY_NAME),
         berth_record_text(record, BERTH_KEY_HOST),
         berth_record_number(record, BERTH_KEY_PORT));
}

static int is_running_wallet(const berth_record *record) {
  return berth_record_liveness(record) == BERTH_ALIVE &&
         strcmp(berth_record_text(record, BERTH_KEY_KIND), "wallet") == 0;
}

static berth_code find(berth_registry *registry, const char *name,
                       berth_error *error) {
  berth_record *record;
  const berth_code code = berth_find(registry, name, &record, error);
  if (code != BERTH_OK) return code;
  show(record);
  berth_record_free(record);
  return BERTH_OK;
}

static berth_code list(berth_registry *registry, berth_error *error) {
  berth_records *all;
  const berth_code code = berth_list(registry, &all, error);
  if (code != BERTH_OK) return code;
  for (size_t i = 0; i < berth_records_count(all); ++i)
    if (is_running_wallet(berth_records_at(all, i)))
      show(berth_records_at(all, i));
  berth_records_free(all);
  return BERTH_OK;
}

int main(int argc, char **argv) {
  berth_error error;
  berth_registry *registry;
  if (berth_open(NULL, &registry, &error) != BERTH_OK) return fail(&error);
  const berth_code code =
      argc > 1 ? find(registry, argv[1], &error) : list(registry, &error);
  berth_close(registry);
  return code == BERTH_OK ? 0 : fail(&error);
}
