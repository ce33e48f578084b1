//! Publishes a record by registry/README.md alone: to be copied into a wallet. The numbers in
//! comments are the steps of its section "Publishing".
use std::ffi::CString;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Error, ErrorKind, Write};
use std::os::raw::{c_char, c_int};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::io::AsRawFd;
use std::{env, process, ptr, thread, time};

// The bytes that are locked.
const OWNER: i64 = 1 << 30;
const MORTICIAN: i64 = OWNER + 1;

// What std lacks, with the numbers of 64-bit Linux.
const O_NOFOLLOW: c_int = if cfg!(target_arch = "aarch64") { 0o100000 } else { 0o400000 };
const O_NONBLOCK: c_int = 0o4000;
const F_OFD_GETLK: c_int = 36;
const F_OFD_SETLK: c_int = 37;
const F_WRLCK: i16 = 1;
const F_UNLCK: i16 = 2;
const AT_FDCWD: c_int = -100;
const RENAME_NOREPLACE: u32 = 1;
const SIG_BLOCK: c_int = 0;
const STOP: [c_int; 2] = [15, 2]; // SIGTERM, SIGINT
type SigSet = [u64; 16];

#[repr(C)]
struct Flock {
    kind: i16,
    whence: i16,
    start: i64,
    len: i64,
    pid: i32,
}

extern "C" {
    fn fcntl(fd: c_int, command: c_int, ...) -> c_int;
    fn renameat2(a: c_int, from: *const c_char, b: c_int, to: *const c_char, flags: u32) -> c_int;
    fn sigemptyset(set: *mut SigSet) -> c_int;
    fn sigaddset(set: *mut SigSet, signal: c_int) -> c_int;
    fn pthread_sigmask(how: c_int, set: *const SigSet, old: *mut SigSet) -> c_int;
    fn sigtimedwait(set: *const SigSet, info: *mut u8, limit: *const [i64; 2]) -> c_int;
    fn gmtime_r(seconds: *const i64, tm: *mut [u64; 8]) -> *mut u8;
    fn strftime(out: *mut u8, max: usize, format: *const c_char, tm: *const [u64; 8]) -> usize;
}

fn fcntl_lock(file: &File, command: c_int, byte: i64) -> Option<i16> {
    let mut wanted = Flock { kind: F_WRLCK, whence: 0, start: byte, len: 1, pid: 0 };
    let done = unsafe { fcntl(file.as_raw_fd(), command, &mut wanted as *mut Flock) } == 0;
    done.then(|| wanted.kind)
}

fn lock(file: &File, byte: i64) -> bool {
    fcntl_lock(file, F_OFD_SETLK, byte).is_some() // whether it was free
}

fn is_alive(file: &File) -> bool {
    fcntl_lock(file, F_OFD_GETLK, OWNER) != Some(F_UNLCK) // takes nothing
}

fn is_at(path: &str, file: &File) -> bool {
    let id = |s: Metadata| (s.dev(), s.ino());
    let (named, opened) = (fs::symlink_metadata(path).map(id), file.metadata().map(id));
    named.is_ok() && named.ok() == opened.ok()
}

// What changes when somebody spoils it.
fn look(file: &File) -> io::Result<(u32, u64, u64, i64, i64)> {
    let s = file.metadata()?;
    Ok((s.mode(), s.nlink(), s.size(), s.mtime(), s.mtime_nsec()))
}

fn make_private(directory: &str) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(at(directory))
}

// Tells where it happened, which std does not.
fn at(path: &str) -> impl Fn(Error) -> Error + '_ {
    move |error| Error::new(error.kind(), format!("{error}: {path}"))
}

fn text_of(path: &str) -> io::Result<String> {
    Ok(fs::read_to_string(path)?.trim().to_string())
}

fn random_uuid() -> io::Result<String> {
    text_of("/proc/sys/kernel/random/uuid")
}

// RFC 3339 in UTC, with milliseconds.
fn now() -> String {
    let since = time::SystemTime::now().duration_since(time::UNIX_EPOCH).unwrap_or_default();
    let (seconds, mut tm, mut out) = (since.as_secs() as i64, [0; 8], [0; 32]);
    let format = b"%Y-%m-%dT%H:%M:%S\0".as_ptr() as *const c_char;
    let size = unsafe {
        gmtime_r(&seconds, &mut tm);
        strftime(out.as_mut_ptr(), out.len(), format, &tm)
    };
    format!("{}.{:03}Z", String::from_utf8_lossy(&out[..size]), since.subsec_millis())
}

fn stop_signals() -> SigSet {
    let mut set = [0; 16];
    unsafe {
        sigemptyset(&mut set);
        for signal in STOP {
            sigaddset(&mut set, signal);
        }
    }
    set
}

pub struct Record {
    name: String,
    directory: String,
    path: String,
    content: String,
    file: Option<File>,
    as_written: Option<(u32, u64, u64, i64, i64)>,
    _claim: Option<File>,
}

impl Record {
    pub fn new(name: &str) -> io::Result<Record> {
        let fits = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
        if !(1..=63).contains(&name.len())
            || !name.chars().all(fits)
            || name.starts_with(['-', '_', '.'])
        {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("no name of a profile: {name:?}"),
            ));
        }
        unsafe { pthread_sigmask(SIG_BLOCK, &stop_signals(), ptr::null_mut()) }; // threads inherit it
        let set = |key| env::var(key).ok().filter(|value| !value.is_empty());
        let home = env::var("HOME").unwrap_or_default();
        let directory = set("BERTH_REGISTRY").unwrap_or(home + "/.local/state/berth/run/instances");
        let claim = set("BERTH_DATA_DIR").map(|data| claim(name, &data)).transpose()?;
        let path = format!("{directory}/{name}.json");
        let (content, name) = (String::new(), name.to_string());
        Ok(Record { name, directory, path, content, file: None, as_written: None, _claim: claim })
    }

    /// Makes the record of this process, for level 0, and puts it there.
    pub fn publish(&mut self, port: u16, software: &str, version: &str) -> io::Result<()> {
        let (name, id, pid, started_at) = (&self.name, random_uuid()?, process::id(), now());
        let boot_id = text_of("/proc/sys/kernel/random/boot_id")?;
        let pid_namespace = fs::metadata("/proc/self/ns/pid")?.ino();
        let uid = fs::metadata("/proc/self")?.uid();
        let stat = text_of("/proc/self/stat")?;
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        let start_ticks = fields.split(' ').nth(19).unwrap_or("0");
        // The launcher's own words: nothing in them needs an escape.
        let started_by = env::var("BERTH_STARTED_BY").unwrap_or_else(|_| "run".into());
        let label = env::var("BERTH_LABEL").map(|l| format!(r#","label":"{l}""#));
        self.content = [
            format!(r#"{{"format":1,"name":"{name}","id":"{id}","kind":"wallet","pid":{pid},"#),
            format!(r#""boot_id":"{boot_id}","pid_namespace":{pid_namespace},"#),
            format!(r#""start_ticks":{start_ticks},"uid":{uid},"started_at":"{started_at}","#),
            format!(r#""endpoint":{{"host":"127.0.0.1","port":{port}}},"level":0,"#),
            format!(r#""started_by":"{started_by}"{},"#, label.unwrap_or_default()),
            format!(r#""software":{{"name":"{software}","version":"{version}"}}}}"#),
        ]
        .concat();
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        make_private(&self.directory)?;
        let s = fs::symlink_metadata(&self.directory)?;
        if !s.is_dir() || s.mode() & 0o77 != 0 || s.uid() != fs::metadata("/proc/self")?.uid() {
            let message = format!("no private directory: {}", self.directory);
            return Err(Error::new(ErrorKind::PermissionDenied, message));
        }
        let temporary = format!("{}/.{}.{}.tmp", self.directory, self.name, random_uuid()?);
        let written = self.write_as(&temporary);
        let _ = fs::remove_file(&temporary);
        match written {
            // Swept away before it was locked, or the other was withdrawn just now.
            Err(error) if error.kind() == ErrorKind::NotFound => self.write(),
            other => other,
        }
    }

    fn write_as(&mut self, temporary: &str) -> io::Result<()> {
        let mut options = OpenOptions::new(); // with O_CLOEXEC
        options.write(true).create_new(true).mode(0o600).custom_flags(O_NOFOLLOW);
        let mut file = options.open(temporary).map_err(at(temporary))?; // 3
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        lock(&file, OWNER);
        file.write_all(self.content.as_bytes())?;
        while !self.place(temporary)? {
            thread::sleep(time::Duration::from_millis(10));
        }
        self.as_written = Some(look(&file)?);
        self.file = Some(file); // closes the old one
        Ok(())
    }

    // 4. False: somebody else is at it, try again.
    fn place(&self, temporary: &str) -> io::Result<bool> {
        let (from, to) = (CString::new(temporary)?, CString::new(self.path.as_str())?);
        let flags = RENAME_NOREPLACE;
        if unsafe { renameat2(AT_FDCWD, from.as_ptr(), AT_FDCWD, to.as_ptr(), flags) } == 0 {
            return Ok(true);
        }
        let error = Error::last_os_error();
        if error.kind() != ErrorKind::AlreadyExists {
            return Err(at(&self.path)(error));
        }
        if !self.file.as_ref().map_or(false, |own| is_at(&self.path, own)) {
            return self.take_over(temporary);
        }
        fs::rename(temporary, &self.path).map(|()| true) // over the own one, spoiled
    }

    // 5
    fn take_over(&self, temporary: &str) -> io::Result<bool> {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(O_NOFOLLOW | O_NONBLOCK);
        let seen = options.open(&self.path).map_err(at(&self.path))?;
        let s = seen.metadata()?;
        let uid = fs::metadata("/proc/self")?.uid();
        if s.mode() != 0o100600 || s.uid() != uid || s.nlink() > 1 {
            let message = format!("no record, look at it and remove it: {}", self.path);
            return Err(Error::new(ErrorKind::PermissionDenied, message));
        }
        if is_alive(&seen) {
            let message = format!("{} runs already: {}", self.name, self.path);
            return Err(Error::new(ErrorKind::AlreadyExists, message));
        }
        let same = format!("/proc/self/fd/{}", seen.as_raw_fd());
        let dead = OpenOptions::new().read(true).write(true).open(same)?;
        if !lock(&dead, MORTICIAN) || is_alive(&dead) || !is_at(&self.path, &dead) {
            return Ok(false);
        }
        fs::rename(temporary, &self.path).map(|()| true)
    }

    fn is_as_written(&self) -> bool {
        self.file
            .as_ref()
            .map_or(false, |own| is_at(&self.path, own) && look(own).ok() == self.as_written)
    }

    pub fn keep_until_stopped(&mut self) -> io::Result<()> {
        let (set, second) = (stop_signals(), [1, 0]);
        while unsafe { sigtimedwait(&set, ptr::null_mut(), &second) } < 0 {
            if self.is_as_written() {
                continue;
            }
            match self.write() {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
                // A full disk, a stranger's file: again in a second.
                Err(error) => eprintln!("wallet: {error}"),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    pub fn withdraw(&self) {
        if self.file.as_ref().map_or(false, |own| is_at(&self.path, own)) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

// 1
fn claim(name: &str, directory: &str) -> io::Result<File> {
    make_private(directory)?;
    let path = format!("{directory}/lock");
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options.custom_flags(O_NOFOLLOW | O_NONBLOCK);
    let file = options.open(&path).map_err(at(&path))?;
    if lock(&file, OWNER) && is_at(&path, &file) {
        return Ok(file);
    }
    let message = format!("{name} runs already: another process has claimed {path}");
    Err(Error::new(ErrorKind::AlreadyExists, message))
}
