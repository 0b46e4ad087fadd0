package runner

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// changes are the ways to change a file or a folder, by the first version of
// Landlock that can refuse them (landlock(7)). Opening for reading is none, nor
// can Landlock refuse to change rights, owners and times.
var changes = []struct {
	since  int
	access uint64
}{
	{1, unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG |
		unix.LANDLOCK_ACCESS_FS_MAKE_SOCK | unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		unix.LANDLOCK_ACCESS_FS_MAKE_SYM},
	{2, unix.LANDLOCK_ACCESS_FS_REFER},
	{3, unix.LANDLOCK_ACCESS_FS_TRUNCATE},
}

// ofFiles are those of changes that a rule on a file, not a folder, may name.
const ofFiles = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE

// sinceSignals is the version of Landlock that keeps signals within.
const sinceSignals = 6

// shared is where every program may write: terminals and what is no file. In
// /dev/shm are the locks of Python's multiprocessing.
var shared = []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/shm"}

// restrict keeps this thread, and what it starts from now on, from changing
// other files than those given, and from sending signals to whoever it did not
// start. It cannot be undone. It reports whether the kernel does it: the first
// where it has Landlock (5.13), the second since 6.12.
func restrict(writable []string) (files, signals bool) {
	version, _, err := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if err != 0 {
		return false, false
	}
	var attr unix.LandlockRulesetAttr
	for _, c := range changes {
		if int(version) >= c.since {
			attr.Handled_access_fs |= c.access
		}
	}
	if signals = int(version) >= sinceSignals; signals {
		attr.Scoped = unix.LANDLOCK_SCOPE_SIGNAL
	}
	rules, _, err := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if err != 0 {
		return false, false
	}
	defer unix.Close(int(rules))
	for _, path := range append(append([]string{}, shared...), writable...) {
		allow(int(rules), path, attr.Handled_access_fs)
	}
	if unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != nil {
		return false, false
	}
	if _, _, err := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, rules, 0, 0); err != 0 {
		return false, false
	}
	return true, signals
}

// allow adds a rule for what is at path, if anything is.
func allow(rules int, path string, access uint64) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		access &= ofFiles
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(fd)}
	_, _, _ = unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(rules), unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
}
