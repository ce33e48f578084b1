package main

// Publishes a record by registry/README.md alone: to be copied into a wallet. The numbers in
// comments are the steps of its section "Publishing".

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// The bytes that are locked.
const owner, mortician = 1 << 30, 1<<30 + 1

// What package syscall lacks; fcntl's numbers are those of 64-bit Linux.
const ofdGetlk, ofdSetlk, renameNoreplace = 36, 37, 1

var sysRenameat2 = map[string]uintptr{"amd64": 316, "arm64": 276, "riscv64": 276}[runtime.GOARCH]

var errRuns = errors.New("runs already")

type Record struct {
	name, directory, path string
	content               []byte
	file, claim           *os.File // never left to the collector: it would close them
	asWritten             [6]int64
	stop                  chan os.Signal
}

func lock(f *os.File, byte int64) bool { // whether it was free
	l := syscall.Flock_t{Type: syscall.F_WRLCK, Start: byte, Len: 1}
	return syscall.FcntlFlock(f.Fd(), ofdSetlk, &l) == nil
}

func isAlive(f *os.File) bool { // takes nothing
	l := syscall.Flock_t{Type: syscall.F_WRLCK, Start: owner, Len: 1}
	return syscall.FcntlFlock(f.Fd(), ofdGetlk, &l) != nil || l.Type != syscall.F_UNLCK
}

func isAt(path string, f *os.File) bool {
	named, err := os.Lstat(path)
	if f == nil || err != nil {
		return false
	}
	opened, err := f.Stat()
	return err == nil && os.SameFile(named, opened)
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

func NewRecord(name string) (*Record, error) {
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`).MatchString(name) {
		return nil, fmt.Errorf("no name of a profile: %q", name)
	}
	r := &Record{name: name, stop: make(chan os.Signal, 1)}
	signal.Notify(r.stop, syscall.SIGTERM, syscall.SIGINT)
	r.directory = firstOf(os.Getenv("BERTH_REGISTRY"),
		os.Getenv("HOME")+"/.local/state/berth/run/instances")
	r.path = r.directory + "/" + name + ".json"
	data := os.Getenv("BERTH_DATA_DIR")
	if data == "" {
		return r, nil
	}
	err := os.MkdirAll(data, 0700) // 1
	if err == nil {
		flags := os.O_RDWR | os.O_CREATE | syscall.O_NOFOLLOW | syscall.O_NONBLOCK
		r.claim, err = os.OpenFile(data+"/lock", flags, 0600)
	}
	if err == nil && (!lock(r.claim, owner) || !isAt(data+"/lock", r.claim)) {
		err = fmt.Errorf("%s %w: another process has claimed %s", name, errRuns, data)
	}
	return r, err
}

func textOf(path string) string {
	text, _ := os.ReadFile(path)
	return strings.TrimSpace(string(text))
}

// Makes the record of this process, for level 0, and puts it there.
func (r *Record) Publish(port int, software, version string) error {
	stat := textOf("/proc/self/stat")
	ticks, _ := strconv.Atoi(strings.Fields(stat[strings.LastIndex(stat, ") ")+2:])[19])
	var namespace syscall.Stat_t
	syscall.Stat("/proc/self/ns/pid", &namespace)
	record := map[string]any{
		"name": r.name, "id": textOf("/proc/sys/kernel/random/uuid"),
		"kind": "wallet", "pid": os.Getpid(), "uid": os.Geteuid(), "level": 0,
		"boot_id":       textOf("/proc/sys/kernel/random/boot_id"),
		"pid_namespace": namespace.Ino, "start_ticks": ticks,
		"started_at": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"endpoint":   map[string]any{"host": "127.0.0.1", "port": port},
		"started_by": firstOf(os.Getenv("BERTH_STARTED_BY"), "run"),
		"software":   map[string]any{"name": software, "version": version},
	}
	if label := os.Getenv("BERTH_LABEL"); label != "" {
		record["label"] = label
	}
	text, _ := json.Marshal(record)
	r.content = append([]byte(`{"format":1,`), text[1:]...) // first, as readers like it
	return r.write()
}

func (r *Record) write() error {
	if err := os.MkdirAll(r.directory, 0700); err != nil {
		return err
	}
	var s syscall.Stat_t
	syscall.Lstat(r.directory, &s)
	if s.Mode&(syscall.S_IFMT|077) != syscall.S_IFDIR || int(s.Uid) != os.Geteuid() {
		return fmt.Errorf("no private directory: %s", r.directory)
	}
	temporary := fmt.Sprintf("%s/.%s.%s.tmp", r.directory, r.name,
		textOf("/proc/sys/kernel/random/uuid"))
	flags := os.O_RDWR | os.O_CREATE | os.O_EXCL | syscall.O_NOFOLLOW // and O_CLOEXEC
	file, err := os.OpenFile(temporary, flags, 0600)                  // 3
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	if err = file.Chmod(0600); err == nil && lock(file, owner) {
		_, err = file.Write(r.content)
	}
	for moved := false; err == nil && !moved; {
		if moved, err = r.move(temporary); !moved && err == nil {
			time.Sleep(10 * time.Millisecond)
		}
	}
	if err != nil {
		file.Close()
		if errors.Is(err, fs.ErrNotExist) { // swept before it was locked, or withdrawn just now
			return r.write()
		}
		return err
	}
	if r.file != nil {
		r.file.Close()
	}
	r.file, r.asWritten = file, look(file)
	return nil
}

// 4. False: somebody else is at it, try again.
func (r *Record) move(temporary string) (bool, error) {
	from, _ := syscall.BytePtrFromString(temporary)
	to, _ := syscall.BytePtrFromString(r.path)
	const cwd = -100 & (1<<64 - 1)
	_, _, code := syscall.Syscall6(sysRenameat2, cwd, uintptr(unsafe.Pointer(from)),
		cwd, uintptr(unsafe.Pointer(to)), renameNoreplace, 0)
	if code == 0 {
		return true, nil
	} else if code != syscall.EEXIST {
		return false, &os.PathError{Op: "renameat2", Path: r.path, Err: code}
	} else if isAt(r.path, r.file) { // the own one, spoiled
		return true, os.Rename(temporary, r.path)
	}
	return r.takeOver(temporary)
}

// 5
func (r *Record) takeOver(temporary string) (bool, error) {
	const flags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
	seen, err := os.OpenFile(r.path, os.O_RDONLY|flags, 0)
	if err != nil {
		return false, err
	}
	defer seen.Close()
	var s syscall.Stat_t
	syscall.Fstat(int(seen.Fd()), &s)
	if s.Mode != syscall.S_IFREG|0600 || int(s.Uid) != os.Geteuid() || s.Nlink > 1 {
		return false, fmt.Errorf("no record, look at it and remove it: %s", r.path)
	}
	if isAlive(seen) {
		return false, fmt.Errorf("%s %w: %s", r.name, errRuns, r.path)
	}
	dead, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", seen.Fd()), os.O_RDWR, 0)
	if err != nil {
		return false, err
	}
	defer dead.Close()
	if !lock(dead, mortician) || isAlive(dead) || !isAt(r.path, dead) {
		return false, nil
	}
	return true, os.Rename(temporary, r.path)
}

// What changes when somebody spoils it.
func look(f *os.File) [6]int64 {
	var s syscall.Stat_t
	syscall.Fstat(int(f.Fd()), &s)
	return [6]int64{int64(s.Mode), int64(s.Nlink), s.Size, s.Mtim.Sec, s.Mtim.Nsec, int64(s.Uid)}
}

func (r *Record) KeepUntilStopped() error {
	for {
		select {
		case <-r.stop:
			return nil
		case <-time.After(time.Second):
		}
		if isAt(r.path, r.file) && look(r.file) == r.asWritten {
			continue
		}
		if err := r.write(); errors.Is(err, errRuns) {
			return err
		} else if err != nil { // a full disk, a stranger's file: again in a second
			fmt.Fprintln(os.Stderr, "wallet:", err)
		}
	}
}

func (r *Record) Withdraw() {
	if isAt(r.path, r.file) {
		os.Remove(r.path)
	}
}
