/*
 * The registry's protocol for one name, step by step as registry/ does it. Each
 * step is one system call, and its comment says whose. What no other process
 * can see (fstat, fchmod, write, the close of a descriptor without a lock) is
 * part of the step beside it. README.md says what is claimed.
 *
 * WALLETS programs publish, change, heal and withdraw; REAPERS reap; SWEEPERS
 * take temporaries that nobody has locked. Each is killed at any step and
 * started again; or, with REMOVALS=n, nobody dies, but somebody else removes
 * the record n times.
 */
#ifndef WALLETS
#define WALLETS 3
#endif
#ifndef REAPERS
#define REAPERS 0
#endif
#ifndef SWEEPERS
#define SWEEPERS 0
#endif
#define PROCESSES (WALLETS + REAPERS + SWEEPERS)
#define NONE 0

/* Inodes are numbers, from 1. Those that a process has open and those that the
 * directory names: */
#define INODES (3 * PROCESSES + 1)
byte own[PROCESSES + 1];  /* PublishedFile::fd_ */
byte tmp[PROCESSES + 1];  /* Temporary::fd_ */
byte seen[PROCESSES + 1]; /* the fd of look(), bury() and is_leftover() */
byte name;                /* NAME.json */
bool temporary[PROCESSES + 1]; /* .NAME.<random>.tmp leads to tmp */

/* Who holds which byte of an inode. */
byte owner_byte[INODES + 1];
byte mortician_byte[INODES + 1];

bool killed[PROCESSES + 1];
byte running = PROCESSES; /* processes that have anything open, or may */
bool for_good;            /* who is dead stays dead */

/* Of the claims. */
bool owns[PROCESSES + 1]; /* believes that the name is its own */
byte owners;
byte removals; /* by somebody else */

/* Which number an inode has changes nothing. So they are numbered in the order
 * in which they are named and opened here, and states that differ in numbers
 * alone are one. What nobody names or has open is gone. */
c_code {
  static uchar number[INODES + 1], owner_of[INODES + 1], mortician_of[INODES + 1];
  static int numbers;

  static void refer(uchar *inode) {
    if (*inode == NONE) return;
    if (number[*inode] == NONE) {
      number[*inode] = ++numbers;
      owner_of[numbers] = now.owner_byte[*inode];
      mortician_of[numbers] = now.mortician_byte[*inode];
    }
    *inode = number[*inode];
  }

  static void renumber(void) {
    int i;
    memset(number, 0, sizeof number);
    memset(owner_of, 0, sizeof owner_of);
    memset(mortician_of, 0, sizeof mortician_of);
    numbers = 0;
    refer(&now.name);
    for (i = 1; i <= PROCESSES; i++) {
      refer(&now.own[i]);
      refer(&now.tmp[i]);
      refer(&now.seen[i]);
    }
    memcpy(now.owner_byte, owner_of, sizeof owner_of);
    memcpy(now.mortician_byte, mortician_of, sizeof mortician_of);
  }
}
#define RENUMBER c_code { renumber(); }

/* What loses the name is dead, or is taken away by its own owner. */
inline displace() {
  assert(removals || name == NONE || owner_byte[name] == NONE || owner_byte[name] == me)
}

inline become_owner() {
  owners = owners + 1 - owns[me];
  owns[me] = true;
  assert(removals || owners == 1)
}

inline cease_to_own(who) {
  owners = owners - owns[who];
  owns[who] = false
}

/* renameat2() of the own temporary to the name. */
inline rename_to_name() {
  displace();
  name = tmp[me];
  temporary[me] = false;
  assert(owner_byte[name] == me); /* nobody sees it without its lock */
  become_owner();
  RENUMBER
}

/* Locks go with their descriptors: the owner's, ... */
inline close_owner(fd) {
  atomic {
    if
    :: fd != NONE && owner_byte[fd] == me -> owner_byte[fd] = NONE
    :: else
    fi;
    fd = NONE;
    RENUMBER
  }
}

/* ... and the mortician's. */
inline close_seen() {
  atomic {
    if
    :: seen[me] != NONE && mortician_byte[seen[me]] == me ->
       mortician_byte[seen[me]] = NONE
    :: else
    fi;
    seen[me] = NONE;
    RENUMBER
  }
}

/* Temporary::write(): openat(O_CREAT | O_EXCL), then in fill() try_lock():
 * F_OFD_SETLK. Only a sweeper can come between. */
inline write_temporary() {
  atomic {
    tmp[me] = INODES; /* a free one, until it is numbered */
    temporary[me] = true;
    RENUMBER;
#if SWEEPERS == 0
    lock_temporary()
#endif
  }
#if SWEEPERS > 0
  lock_temporary()
#endif
}

inline lock_temporary() {
#ifndef LOCK_AFTER_RENAME
  owner_byte[tmp[me]] = me
#else
  skip
#endif
}

/* Temporary::~Temporary(): unlinkat(), close(). It never had the name. */
inline drop_temporary() {
  atomic {
    temporary[me] = false;
    close_owner(tmp[me])
  }
}

/* A look that met another file: once more, or it was the last of eight. */
inline look_once_more() {
  close_seen();
  if
  :: goto look
  :: goto unknown
  fi
}

/* read_record_at(), at its caller's label look. Ends at its labels none, alive,
 * dead or unknown, with nothing open. */
inline read_record() {
  atomic { /* openat(O_RDONLY) */
    if
    :: name == NONE -> goto none
    :: else -> seen[me] = name
    fi
  }
  atomic { /* fstat(): a link count of 0 */
    if
    :: name != seen[me] -> look_once_more()
    :: else
    fi
  }
  atomic { /* is_locked(): F_OFD_GETLK */
    if
    :: owner_byte[seen[me]] != NONE -> close_seen(); goto alive
    :: else
    fi
  }
  atomic { /* look_again(): fstatat() */
    if
    :: name == seen[me] -> close_seen(); goto dead
    :: name == NONE -> close_seen(); goto none
    :: name != seen[me] && name != NONE -> look_once_more()
    fi
  }
}

/* bury(), in three parts, which end at their caller's label changed where it
 * must leave the record alone: opens it, ... */
inline open_dead() {
  atomic { /* openat(O_RDWR) */
    if
    :: name == NONE -> goto changed
    :: else -> seen[me] = name
    fi
  }
}

/* ... holds it against other morticians, ... */
inline lock_mortician() {
  atomic { /* try_lock(): F_OFD_SETLK */
    if
    :: mortician_byte[seen[me]] != NONE -> close_seen(); goto changed
    :: else -> mortician_byte[seen[me]] = me
    fi
  }
}

/* ... and looks whether it is dead and still what has the name. */
inline look_twice() {
#ifndef NO_PROBE
  atomic { /* is_locked(): F_OFD_GETLK */
    if
    :: owner_byte[seen[me]] != NONE -> close_seen(); goto changed
    :: else
    fi
  }
#endif
#ifndef NO_INODE_CHECK
  atomic { /* same_file(): fstatat() */
    if
    :: name != seen[me] -> close_seen(); goto changed
    :: else
    fi
  }
#endif
}

inline hold_dead() {
  open_dead();
#if defined(LOOK_BEFORE_LOCK)
  look_twice();
  lock_mortician()
#elif defined(NO_MORTICIAN)
  look_twice()
#else
  lock_mortician();
  look_twice()
#endif
}

/* A program that publishes: PublishedFile, which FileRegistration heals. */
proctype Wallet(byte me) {
  bool alone; /* this publication began when all others were dead */
born:
  {
    goto publish;
publish: /* publish_at() */
    alone = (for_good && running == 1);
    write_temporary();
place:
    atomic { /* place(): renameat2(RENAME_NOREPLACE) */
      if
      :: !temporary[me] -> goto swept /* ENOENT */
#ifdef NO_NOREPLACE
      :: else -> rename_to_name(); goto keep
#else
      :: temporary[me] && name == NONE -> rename_to_name(); goto keep
      :: else /* EEXIST */
#endif
      fi
    }
look:
    read_record();
none:
    assert(!alone);
    goto place;
dead:
    hold_dead();
    atomic { /* the act of bury(): renameat2() */
      if
      :: !temporary[me] -> goto swept /* ENOENT */
      :: else -> rename_to_name(); goto keep
      fi
    }
changed: /* Backoff::wait(), which has an end */
    assert(!alone);
    if
    :: goto place
    :: goto unknown
    fi;
swept: /* a sweeper took the temporary before it was locked */
    assert(!alone);
    close_seen();
    drop_temporary();
    goto publish;
unknown: /* it cannot be judged, or others are busy: once more, later */
    assert(!alone);
    drop_temporary();
    if
    :: own[me] == NONE -> goto publish
    :: else -> goto owner
    fi;
alive: /* already_running: a publisher gives up, an owner stops */
    assert(!alone);
    drop_temporary();
    cease_to_own(me);
    goto finish;

keep: /* bury() closes its own, keep() the file that has lost its name */
    close_seen();
    close_owner(own[me]);
    atomic { own[me] = tmp[me]; tmp[me] = NONE; RENUMBER }
#ifdef LOCK_AFTER_RENAME
    owner_byte[own[me]] = me;
#endif

owner:
#ifdef REMOVALS
end_owner: /* FileRegistration::look(): standing() */
    atomic { name != own[me] -> goto change }
#else
    if
    :: goto change
    :: goto withdraw
    fi;
#endif

change: /* PublishedFile::change(): same_file() */
#ifndef NO_LOOK_BEFORE_CHANGE
    atomic {
      if
      :: name == own[me]
      :: else -> assert(removals); goto publish
      fi
    }
#endif
replace: /* replace_at() */
    write_temporary();
#ifdef CLOSE_BEFORE_RENAME
    close_owner(own[me]);
#endif
    atomic { /* renameat2() */
      if
      :: temporary[me] -> rename_to_name(); goto keep
      :: else /* ENOENT: swept */
      fi
    }
    drop_temporary();
    goto replace;

withdraw: /* PublishedFile::withdraw(): same_file(), ... */
#ifdef CLOSE_BEFORE_UNLINK
    close_owner(own[me]);
#else
    atomic {
      if
      :: name == own[me]
      :: else -> assert(removals); goto finish
      fi
    }
#endif
    atomic { /* ... unlinkat() */
      displace();
      name = NONE;
      cease_to_own(me);
      RENUMBER
    }
finish:
    close_owner(own[me]);
#ifndef REMOVALS
    goto publish; /* started again */
#else
end_given_up:
    false
#endif
  } unless { killed[me] }

  /* The kernel closes its descriptors, in whatever order. */
  do
  :: own[me] != NONE -> close_owner(own[me])
  :: tmp[me] != NONE -> close_owner(tmp[me])
  :: seen[me] != NONE -> close_seen()
  :: own[me] == NONE && tmp[me] == NONE && seen[me] == NONE -> break
  od;
  atomic {
    /* The name of its temporary is never taken again: it is of no account. */
    temporary[me] = false;
    running--
  }
end_dead:
  atomic {
    !for_good;
    killed[me] = false;
    running++;
    goto born
  }
}

/* `berth prune`, and berthd: reap_record(). */
proctype Reaper(byte me) {
born:
  {
    goto look;
look:
    read_record();
dead:
#ifdef REAP_UNHELD
    open_dead();
    look_twice();
#else
    hold_dead();
#endif
    atomic { /* the act of bury(): unlinkat() */
      displace();
      name = NONE;
      RENUMBER
    }
    close_seen();
none: alive: unknown: changed: /* Backoff::wait(), which has an end */
    goto look
  } unless { killed[me] }
  close_seen();
  running--;
end_dead:
  atomic {
    !for_good;
    killed[me] = false;
    running++;
    goto born
  }
}

/* remove_leftovers() */
proctype Sweeper(byte me) {
  byte whose; /* temporary it is */
born:
  {
    goto idle;
idle:
    atomic { /* is_leftover(): openat() */
      whose = 1;
      do
      :: whose < WALLETS -> whose++
      :: break
      od;
      if
      :: temporary[whose] -> seen[me] = tmp[whose]
      :: else -> goto leave
      fi
    }
    atomic { /* is_locked(): F_OFD_GETLK */
      if
      :: owner_byte[seen[me]] != NONE -> goto leave
      :: else
      fi
    }
    atomic { /* same_file(): fstatat() */
      if
      :: !temporary[whose] || tmp[whose] != seen[me] -> goto leave
      :: else
      fi
    }
    atomic { /* unlinkat(): the name of this file, or of none any more */
      if
      :: tmp[whose] == seen[me] -> temporary[whose] = false
      :: else
      fi
    }
leave:
    atomic { whose = 0; close_seen(); goto idle }
  } unless { killed[me] }
  atomic { whose = 0; close_seen(); running-- }
end_dead:
  atomic {
    !for_good;
    killed[me] = false;
    running++;
    goto born
  }
}

#ifdef REMOVALS
/* Somebody else removes the record, now and then. */
proctype Vandal() {
  do
  :: removals < REMOVALS ->
     atomic { name != NONE -> name = NONE; removals++; RENUMBER }
  :: removals == REMOVALS -> break
  od;
  timeout; /* nobody has anything left to do */
  assert(owners == 1)
}
#else
/* kill -9 of anybody at any moment; at last of all but one
 * for good. */
proctype Killer() {
  byte victim;
end_killer:
  do
  :: atomic {
       victim = 1;
       do
       :: victim < PROCESSES -> victim++
       :: break
       od;
       if
       :: !killed[victim] -> killed[victim] = true; cease_to_own(victim)
       :: else
       fi;
       victim = 0
     }
  :: atomic { running == 1 -> for_good = true } /* but one is dead by now */
     break
  od
}

#endif

init {
  byte me;
  atomic {
    if
    :: name = 1 /* a dead record */
    :: true
    fi;
    me = 1;
    do
    :: me <= WALLETS -> run Wallet(me); me++
    :: me > WALLETS && me <= WALLETS + REAPERS -> run Reaper(me); me++
    :: me > WALLETS + REAPERS && me <= PROCESSES -> run Sweeper(me); me++
    :: me > PROCESSES -> break
    od;
    me = 0;
#ifdef REMOVALS
    run Vandal()
#else
    run Killer()
#endif
  }
}
