/*
 * libberth: publish wallet instances in the registry of Berth, and find them.
 * The manual is libberth(3); the format behind it is registry/README.md.
 *
 * Rules for all of it, unless a function says otherwise:
 *
 * - Text is UTF-8 and ends in NUL. What is handed in is copied.
 * - A function that can fail returns a berth_code, BERTH_OK being 0, and fills
 *   `error` where that is not NULL. Its results are set on BERTH_OK only.
 * - NULL where a pointer is needed is BERTH_INVALID, never a crash. The
 *   functions that free or close take NULL and do nothing.
 * - Every function may be called from any thread, and different handles at the
 *   same time. A record, a list and a watch are used by one thread at a time.
 *   Nothing else is called with a handle while it is closed or freed.
 * - The calls that touch the registry block for a few system calls on a local
 *   disk; where it is more, it is said.
 * - No function prints, throws, installs a signal handler, ends the process, or
 *   changes errno, the locale, the umask or the working directory.
 * - A handle belongs to the process that made it. After fork() the child may
 *   exec or _exit(); there, every call that needs the registry is BERTH_FORKED.
 */
#ifndef BERTH_H
#define BERTH_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define BERTH_API __attribute__((visibility("default")))
#else
#define BERTH_API
#endif

/* In C an enumeration may hold any int, also one of a later version. C++ has to
 * be told so. */
#if defined(__cplusplus) && __cplusplus >= 201103L
#define BERTH_INT : int
#else
#define BERTH_INT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Errors ---- */

/* Numbers never change their meaning; later versions may add some. */
typedef enum berth_code BERTH_INT {
  BERTH_OK = 0,
  BERTH_FAILED = 1,          /* for the reason in the message */
  BERTH_INVALID = 2,         /* an argument, a field or a variable is wrong */
  BERTH_NOT_FOUND = 3,       /* no such running instance */
  BERTH_ALREADY_RUNNING = 4, /* a living process has the name, or the claim */
  BERTH_DENIED = 5,          /* permissions, ownership, modes */
  BERTH_NO_SPACE = 6,        /* disk, quota or inodes are used up */
  BERTH_TIMED_OUT = 7,       /* others were busy with the name for 10 s */
  BERTH_UNTRUSTED = 8,       /* the other side has not proven itself */
  BERTH_NO_MEMORY = 9,
  BERTH_CLOSED = 10, /* berth_close() was called, or the record was lost */
  BERTH_FORKED = 11  /* the handle is another process's */
} berth_code;

#define BERTH_MESSAGE_SIZE 1024 /* bytes, with the NUL */
#define BERTH_HINT_SIZE 512

/*
 * The caller's own: nothing in it is to be freed. `message` says "what
 * happened: to which subject", `hint` what to do, or is empty; both in English,
 * for people. Longer ones are cut between two characters. A function that
 * succeeds leaves it alone.
 */
typedef struct berth_error {
  berth_code code;
  char message[BERTH_MESSAGE_SIZE];
  char hint[BERTH_HINT_SIZE];
} berth_error;

/* "ok", "failed", "not_found", ...; "unknown" for any other number. */
BERTH_API const char *berth_code_name(berth_code code);

/* The version of the library at run time, "0.1.0". */
BERTH_API const char *berth_version(void);

/* ---- Records ---- */

/*
 * The keys of a record, format 1. Text unless said; those in the second group
 * are the library's to set.
 */
typedef enum berth_key BERTH_INT {
  BERTH_KEY_PORT = 1,   /* number, 1 to 65535 */
  BERTH_KEY_HOST = 2,   /* literal loopback address; default 127.0.0.1 */
  BERTH_KEY_LEVEL = 3,  /* number. 0: a record only (default); 1: answers
                           hello; 2: the whole wire protocol */
  BERTH_KEY_TOKEN = 4,  /* secret, 43 characters; made by berth_record_new();
                           published at level 1 and 2 only */
  BERTH_KEY_TITLE = 5,  /* what people see; at most 256 bytes */
  BERTH_KEY_COLOR = 6,  /* "#rrggbb" */
  BERTH_KEY_ICON = 7,   /* "data:image/..."; at most 32768 bytes */
  BERTH_KEY_CHAIN_ID = 8,         /* "0x7a69" */
  BERTH_KEY_STATE = 9,            /* "ready" (default) or "locked" */
  BERTH_KEY_APPROVALS = 10,       /* "berth" (default) or "own" */
  BERTH_KEY_STARTED_BY = 11,      /* "run" (default), "start" or "berthd" */
  BERTH_KEY_LABEL = 12,           /* 16 base32 characters; private */
  BERTH_KEY_SOFTWARE_NAME = 13,   /* at most 64 bytes */
  BERTH_KEY_SOFTWARE_VERSION = 14, /* at most 64 bytes */
  BERTH_KEY_EXTRA = 15, /* a JSON object; at most 16384 bytes, 7 levels deep */

  BERTH_KEY_NAME = 100, /* 1 to 63 of a-z 0-9 - _ . */
  BERTH_KEY_ID = 101,   /* UUID, new at every berth_publish() */
  BERTH_KEY_KIND = 102, /* "wallet"; "manager" is Berth's own daemon */
  BERTH_KEY_PID = 103,  /* number; for display, never a sign of life */
  BERTH_KEY_UID = 104,  /* number */
  BERTH_KEY_STARTED_AT = 105,    /* "2026-01-02T03:04:05.678Z" */
  BERTH_KEY_BOOT_ID = 106,
  BERTH_KEY_PID_NAMESPACE = 107, /* number */
  BERTH_KEY_START_TICKS = 108    /* number */
} berth_key;

/* One instance as data, to be published or read from the registry. */
typedef struct berth_record berth_record;

/*
 * A record to be published, of this process. NULL as `name`: $BERTH_NAME. The
 * port, started_by and label are those of $BERTH_PORT, $BERTH_STARTED_BY and
 * $BERTH_LABEL, which `berth start` sets, where they are there.
 * BERTH_INVALID: no name, or one of them is wrong; the message says which.
 */
BERTH_API berth_code berth_record_new(const char *name, berth_record **record,
                                      berth_error *error);
BERTH_API void berth_record_free(berth_record *record);

/*
 * NULL or "" as `text` takes the value away, or sets the default where there is
 * one. Limits are checked when the record is published. BERTH_INVALID: not a
 * key of that type, not to be set, a number below 0, no UTF-8, or none of the
 * words that the key may have.
 */
BERTH_API berth_code berth_record_set_text(berth_record *record, berth_key key,
                                           const char *text,
                                           berth_error *error);
BERTH_API berth_code berth_record_set_number(berth_record *record,
                                             berth_key key, int64_t number,
                                             berth_error *error);

/*
 * "" and 0 where the record has no such value, or the key is of the other type;
 * never NULL. The text is valid until the record is changed or freed. It comes
 * from another program: show it on no terminal without escaping it.
 */
BERTH_API const char *berth_record_text(const berth_record *record,
                                        berth_key key);
BERTH_API int64_t berth_record_number(const berth_record *record,
                                      berth_key key);

typedef enum berth_liveness BERTH_INT {
  BERTH_ALIVE = 0,   /* its owner runs */
  BERTH_CRASHED = 1, /* its owner died without withdrawing it */
  BERTH_STOPPED = 2, /* the machine went down meanwhile: no crash */
  BERTH_UNKNOWN = 3  /* cannot be judged; see berth_record_problem() */
} berth_liveness;

/* What the record's lock said when it was read. BERTH_UNKNOWN for one that was
 * not, and for NULL. */
BERTH_API berth_liveness berth_record_liveness(const berth_record *record);

/* Why nothing but its name could be read, or its liveness is unknown; "" where
 * all is well. Valid until the record is freed. */
BERTH_API const char *berth_record_problem(const berth_record *record);

/* ---- The registry ---- */

typedef struct berth_registry berth_registry;

/*
 * `directory` is an absolute path, or NULL: the one that the environment names
 * ($BERTH_REGISTRY, $BERTH_HOME, XDG). Nothing is made or read yet. Reads the
 * environment: not beside setenv().
 */
BERTH_API berth_code berth_open(const char *directory,
                                berth_registry **registry, berth_error *error);

/*
 * Withdraws what is still published, ends the watches, ends the library's
 * thread and frees the registry. The handles of publications and watches stay
 * valid, answer BERTH_CLOSED, and are still to be freed.
 */
BERTH_API void berth_close(berth_registry *registry);

/*
 * The running instance of that name. BERTH_NOT_FOUND: none runs; where one
 * crashed, the message says so. BERTH_FAILED: one is there, and its record
 * cannot be used. The record is the caller's to free.
 */
BERTH_API berth_code berth_find(berth_registry *registry, const char *name,
                                berth_record **record, berth_error *error);

typedef struct berth_records berth_records;

/*
 * All that is there, in name order: also what crashed, what cannot be judged,
 * and Berth's own (names that begin with '@'): look at berth_record_liveness().
 */
BERTH_API berth_code berth_list(berth_registry *registry,
                                berth_records **records, berth_error *error);
BERTH_API size_t berth_records_count(const berth_records *records);
/* Valid until the list is freed; NULL past the end. */
BERTH_API const berth_record *berth_records_at(const berth_records *records,
                                               size_t index);
BERTH_API void berth_records_free(berth_records *records);

/* ---- Publishing ---- */

/*
 * A record kept published. The library's thread puts it back within a second
 * when somebody removes, replaces, changes or opens up its file, whatever the
 * caller's threads do. A process that ends without berth_withdraw() leaves the
 * record behind, and everybody sees at once that it crashed.
 */
typedef struct berth_publication berth_publication;

/*
 * Publishes `record`, and completes it: its id, pid and started_at are then
 * what was published. Bind and listen before. A dead record of the name is
 * taken over. The first call on a registry starts the library's thread.
 * BERTH_INVALID: a field is missing or over its limit, the message names it.
 * BERTH_ALREADY_RUNNING: the message says who has the name. BERTH_DENIED: the
 * directory is not private, or what has the name cannot be judged.
 * BERTH_TIMED_OUT: it blocks for up to 10 s while others are busy with the name.
 */
BERTH_API berth_code berth_publish(berth_registry *registry,
                                   berth_record *record,
                                   berth_publication **publication,
                                   berth_error *error);

/*
 * Publishes `record` (of the same name) instead; readers see the old or the
 * new one, whole. It keeps id, token, pid and started_at, and `record` gets
 * them. On failure the old one stays. BERTH_CLOSED: it was lost, or the
 * registry is closed.
 */
BERTH_API berth_code berth_change(berth_publication *publication,
                                  berth_record *record, berth_error *error);

/*
 * Takes the record out, and frees the publication whatever it returns. Close
 * listener and clients before. BERTH_OK also where it was lost already.
 */
BERTH_API berth_code berth_withdraw(berth_publication *publication,
                                    berth_error *error);

typedef enum berth_standing BERTH_INT {
  BERTH_PUBLISHED = 0, /* nothing happened since this was asked last */
  BERTH_HEALED = 1,    /* somebody had spoiled it; it is published again */
  BERTH_FAILING = 2,   /* it cannot be published again for now; tried on */
  BERTH_LOST = 3       /* another living owner has the name, or the registry is
                          closed: for good. Stop the wallet */
} berth_standing;

/* What happened since this was asked last, with the reason in `reason` unless
 * it is BERTH_PUBLISHED. Never blocks. */
BERTH_API berth_standing berth_publication_standing(
    berth_publication *publication, berth_error *reason);

/* A descriptor that poll() says is readable while berth_publication_standing()
 * has something to tell. The library's: neither read nor close it. -1: NULL. */
BERTH_API int berth_publication_fd(const berth_publication *publication);

/* ---- Watching ---- */

typedef struct berth_watch berth_watch;

typedef enum berth_event BERTH_INT {
  BERTH_NOTHING = 0,   /* nothing now: poll() the descriptor */
  BERTH_ADDED = 1,     /* also: each record there when the watch starts */
  BERTH_CHANGED = 2,   /* other facts, or a new owner: look at the id */
  BERTH_REMOVED = 3,   /* withdrawn or reaped; the record is the last known */
  BERTH_DIED = 4,      /* its owner crashed; the dead record is still there */
  BERTH_RESCANNING = 5 /* notices were missed; differences follow. No record */
} berth_event;

/*
 * Starts to watch; the present state comes first. Makes the directory where it
 * is missing. The first call on a registry starts the library's thread. Errors
 * as of berth_publish(), but for those of a name.
 */
BERTH_API berth_code berth_watch_open(berth_registry *registry,
                                      berth_watch **watch, berth_error *error);

/* A descriptor that poll() says is readable while berth_watch_next() may have
 * something to tell. The library's: neither read nor close it. -1: NULL. */
BERTH_API int berth_watch_fd(const berth_watch *watch);

/*
 * The next event, with its record (NULL where it has none), which is valid
 * until the next call with this watch. Never blocks. A program that comes late
 * is told the difference to what it was told last, not each step between.
 * BERTH_CLOSED: the registry is closed.
 */
BERTH_API berth_code berth_watch_next(berth_watch *watch, berth_event *event,
                                      const berth_record **record,
                                      berth_error *error);
BERTH_API void berth_watch_close(berth_watch *watch);

/* ---- The claim on a profile's data directory ---- */

typedef struct berth_claim berth_claim;

/*
 * Step 1 of publishing, before keys, mnemonic or port are touched: so two
 * processes never open the same ones. `directory` is an absolute path, made
 * 0700 where it is missing, or NULL: $BERTH_DATA_DIR. Does not wait.
 * BERTH_ALREADY_RUNNING: another process has it. The kernel takes it back when
 * the process ends.
 */
BERTH_API berth_code berth_claim_take(const char *directory,
                                      berth_claim **claim, berth_error *error);
BERTH_API void berth_claim_release(berth_claim *claim);

/* ---- Proofs ---- */

/* A nonce or a proof: 43 characters of base64url and the NUL. */
#define BERTH_PROOF_SIZE 44
/* What berth_hello_answer() writes, at most. */
#define BERTH_ANSWER_SIZE 64

/* Different roles, so that no proof can be sent back as the other one. */
typedef enum berth_role BERTH_INT {
  BERTH_CLIENT = 0, /* who connects */
  BERTH_SERVER = 1  /* who published the record */
} berth_role;

/* 32 random bytes of the kernel as text. NULL does nothing. */
BERTH_API void berth_nonce(char nonce[BERTH_PROOF_SIZE]);

/*
 * The proof, for that nonce, that `role` can read the record: a server uses the
 * one it published, a client the one it found. Pure. BERTH_INVALID: the record
 * has no token or was not published, or the nonce is none.
 */
BERTH_API berth_code berth_proof(const berth_record *record, berth_role role,
                                 const char *nonce,
                                 char proof[BERTH_PROOF_SIZE],
                                 berth_error *error);

/* Whether `proof` is the one that `role` makes; in constant time.
 * BERTH_UNTRUSTED: it is not. BERTH_INVALID as above. */
BERTH_API berth_code berth_proof_verify(const berth_record *record,
                                        berth_role role, const char *nonce,
                                        const char *proof, berth_error *error);

/*
 * The body that answers POST /v1/hello, {"proof":"..."}, to the body that
 * asked, {"nonce":"..."}, of `size` bytes. BERTH_INVALID: it is no such body
 * (answer 400), or as above.
 */
BERTH_API berth_code berth_hello_answer(const berth_record *record,
                                        const char *request, size_t size,
                                        char answer[BERTH_ANSWER_SIZE],
                                        berth_error *error);

#ifdef __cplusplus
}
#endif

#endif /* BERTH_H */
