"""Publishes a record by registry/README.md alone: to be copied into a wallet. The numbers in
comments are the steps of its section "Publishing"."""
import ctypes, errno, fcntl, json, os, re, signal, stat, struct, sys, time, uuid
from datetime import datetime, timezone

OWNER, MORTICIAN = 1 << 30, (1 << 30) + 1  # the bytes that are locked
STOP = {signal.SIGTERM, signal.SIGINT}
renameat2 = ctypes.CDLL(None, use_errno=True).renameat2


def ask(file, command, byte):  # fcntl() with a struct flock; gives its l_type
    wanted = struct.pack('hhqqi4x', fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0)
    return struct.unpack('hhqqi4x', fcntl.fcntl(file, command, wanted))[0]


def lock(file, byte):  # whether it was free
    try:
        return ask(file, fcntl.F_OFD_SETLK, byte) == fcntl.F_WRLCK
    except BlockingIOError:
        return False


def is_alive(file):  # takes nothing
    return ask(file, fcntl.F_OFD_GETLK, OWNER) != fcntl.F_UNLCK


def is_at(path, file):
    return os.path.lexists(path) and os.path.samestat(os.lstat(path), os.fstat(file.fileno()))


def opened(path, mode, flags=os.O_NOFOLLOW | os.O_NONBLOCK):  # no link, no FIFO that blocks
    return open(path, mode, 0, opener=lambda path, more: os.open(path, more | flags, 0o600))


def facts(port):  # about this process, for level 0
    with open('/proc/sys/kernel/random/boot_id') as boot, open('/proc/self/stat') as own:
        boot_id, fields = boot.read().strip(), own.read().rpartition(') ')[2].split()
    now = datetime.now(timezone.utc).isoformat(timespec='milliseconds')
    label = os.environ.get('BERTH_LABEL')
    return {'id': str(uuid.uuid4()), 'kind': 'wallet', 'pid': os.getpid(), 'boot_id': boot_id,
            'pid_namespace': os.stat('/proc/self/ns/pid').st_ino, 'start_ticks': int(fields[19]),
            'uid': os.geteuid(), 'started_at': now.replace('+00:00', 'Z'), 'level': 0,
            'endpoint': {'host': '127.0.0.1', 'port': port}, **({'label': label} if label else {}),
            'started_by': os.environ.get('BERTH_STARTED_BY') or 'run'}


class Record:
    def __init__(self, name):
        if not re.fullmatch('[a-z0-9][a-z0-9._-]{0,62}', name):
            raise OSError(f'no name of a profile: "{name}"')
        os.umask(0o077)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)  # also in threads to come
        self.name, self.file = name, None
        self.directory = os.environ.get('BERTH_REGISTRY') or os.path.expanduser(
            '~/.local/state/berth/run/instances')
        self.path = f'{self.directory}/{name}.json'
        if os.environ.get('BERTH_DATA_DIR'):  # 1
            os.makedirs(os.environ['BERTH_DATA_DIR'], exist_ok=True)
            path = os.environ['BERTH_DATA_DIR'] + '/lock'
            self.claim = opened(path, 'ab')
            if not lock(self.claim, OWNER) or not is_at(path, self.claim):
                raise OSError(f'{name} runs already: another process has claimed {path}')

    def publish(self, port, software):
        self.content = {'format': 1, 'name': self.name, **facts(port), 'software': software}
        self.write()

    def write(self):
        os.makedirs(self.directory, exist_ok=True)
        s = os.lstat(self.directory)
        if not stat.S_ISDIR(s.st_mode) or s.st_mode & 0o077 or s.st_uid != os.geteuid():
            raise OSError(f'no private directory: {self.directory}')
        temporary = f'{self.directory}/.{self.name}.{uuid.uuid4().hex}.tmp'
        try:
            file = open(temporary, 'x')  # 3: O_EXCL, O_CLOEXEC, and 0600 by the umask
            lock(file, OWNER)
            json.dump(self.content, file)
            file.flush()
            while not self.move(temporary):
                time.sleep(0.01)
        except FileNotFoundError:  # swept away before it was locked, or withdrawn just now
            return self.write()
        finally:
            if os.path.lexists(temporary):
                os.unlink(temporary)
        self.file = file  # which closes the old one
        self.as_written = self.look()

    def move(self, temporary):  # 4; False: somebody else is at it, try again
        if renameat2(-100, os.fsencode(temporary), -100, os.fsencode(self.path), 1) == 0:
            return True
        if ctypes.get_errno() != errno.EEXIST:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), self.path)
        if not (self.file and is_at(self.path, self.file)):  # else the own one, spoiled
            return self.take_over(temporary)
        os.rename(temporary, self.path)
        return True

    def take_over(self, temporary):  # 5
        file = opened(self.path, 'rb')
        s = os.fstat(file.fileno())
        if (s.st_mode, s.st_uid) != (stat.S_IFREG | 0o600, os.geteuid()) or s.st_nlink > 1:
            raise OSError(f'no record, look at it and remove it: {self.path}')
        if is_alive(file):
            sys.exit(f'{self.name} runs already: {self.path}')
        file = opened(f'/proc/self/fd/{file.fileno()}', 'r+b', 0)  # the same, for writing
        if not lock(file, MORTICIAN) or is_alive(file) or not is_at(self.path, file):
            return False
        os.rename(temporary, self.path)
        return True

    def look(self):  # what changes when somebody spoils it
        s = os.fstat(self.file.fileno())
        return is_at(self.path, self.file), s.st_mode, s.st_nlink, s.st_size, s.st_mtime_ns

    def keep_until_stopped(self):
        while not signal.sigtimedwait(STOP, 1):
            try:
                if self.look() != self.as_written:
                    self.write()
            except OSError as error:  # a full disk, a stranger's file: again in a second
                print(error, file=sys.stderr)

    def withdraw(self):
        if is_at(self.path, self.file):
            os.unlink(self.path)
