package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// variety is a Linux that lacks something.
type variety struct {
	name  string
	mount string         // a line of shell, in a mount, network and process namespace of its own
	env   []string       // beside PATH
	under []string       // what runs labo
	exit  map[string]int // of commands that end in another way than where all is there
	// What each command must say, and must not, beside what none may.
	says, never map[string][]string
}

// What is run in each, and how it ends.
var varied = []struct {
	words string
	exit  int
}{
	{"version", 0}, {"sonde 12345", 0}, {"sonde --json", 0}, {"etape 1 --texte --auto=0s --scene ctrl-c", 0},
	{"verifier serveur.py --seulement message", 0}, {"trace --texte client.py", 1}, {"cahier", 0},
}

const (
	readOnly = "for d in / /tmp /var/tmp /dev/shm /root /run; do mount --bind $d $d && mount -o remount,bind,ro $d; done 2>/dev/null; "
	lines    = "connect("
)

var varieties = []variety{
	{name: "as it is", says: map[string][]string{"trace": {"vus par ptrace", lines}}},
	{name: "no /proc", mount: "mount -t tmpfs none /proc;"},
	{name: "hidepid", mount: "mount -t proc -o hidepid=2 proc /proc;", under: []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}, env: []string{"HOME=/nulle part"}},
	{name: "no netlink", env: []string{"LABO_TEST_REFUSE=netlink"}, says: map[string][]string{"sonde 12345": {"gopsutil"}}},
	{name: "no ptrace", env: []string{"LABO_TEST_REFUSE=ptrace"}, says: map[string][]string{"trace": {"Appels Python", lines}},
		never: map[string][]string{"trace": {"vus par ptrace"}}},
	{name: "no IPv6", mount: "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6;"},
	{name: "C", env: []string{"LC_ALL=C"}},
	{name: "POSIX", env: []string{"LC_ALL=POSIX"}},
	{name: "latin1", env: []string{"LANG=fr_FR.ISO-8859-1"}},
	{name: "no home", env: []string{"HOME="}, exit: map[string]int{"cahier": 1}},
	{name: "read-only home", env: []string{"HOME=/proc"}},
	{name: "nowhere to write", mount: readOnly, env: []string{"HOME=/root/nulle part", "TMPDIR=/nulle part"},
		says: map[string][]string{"trace": {"aucun dossier où écrire"}}, never: map[string][]string{"trace": {"trop ancien"}}},
}

// Wherever labo runs, it does what it can, and says of the rest no wrong cause.
func TestVarieties(t *testing.T) {
	if os.Geteuid() != 0 {
		probetest.Missing(t, "only root has such systems made")
	}
	probetest.Need(t, "python3")
	unshare := probetest.Need(t, "unshare")
	dir := filepath.Join(t.TempDir(), "un dossier à moi")
	labo := filepath.Join(dir, "labo")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", labo, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	static(t, labo)
	if out, err := exec.CommandContext(t.Context(), labo, "atelier", "--complet", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	readable(t, dir)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	refusing := filepath.Join(dir, "labo-refuse")
	if err := os.Symlink(self, refusing); err != nil {
		t.Fatal(err)
	}
	for _, v := range varieties {
		t.Run(v.name, func(t *testing.T) {
			for _, c := range varied {
				script := "mount --make-rprivate /; ip link set lo up; mount -t proc proc /proc; " + v.mount + ` cd "$0"; exec "$@"`
				args := append([]string{"-mnpf", "sh", "-c", script, dir}, v.under...)
				args = append(append(args, refusing, labo), strings.Fields(c.words)...)
				cmd := exec.CommandContext(t.Context(), unshare, args...)
				cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "LABO_TEST_REFUSE=none", "HOME=" + t.TempDir()}, v.env...)
				var out bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &out
				cmd.Run()
				said := strings.Join(strings.Fields(out.String()), " ") // wherever a line ends
				want, ok := v.exit[c.words]
				if !ok {
					want = c.exit
				}
				if code := cmd.ProcessState.ExitCode(); code != want {
					t.Errorf("labo %s: exit %d, want %d:\n%s", c.words, code, want, said)
				}
				for word, list := range v.says {
					for _, want := range list {
						if strings.HasPrefix(c.words, word) && !strings.Contains(said, want) {
							t.Errorf("labo %s: %q is not said:\n%s", c.words, want, said)
						}
					}
				}
				for word, list := range v.never {
					for _, bad := range list {
						if strings.HasPrefix(c.words, word) && strings.Contains(said, bad) {
							t.Errorf("labo %s: %q is said:\n%s", c.words, bad, said)
						}
					}
				}
				for _, bad := range []string{"panic:", "goroutine 1 [", "no such file", "permission denied", "read-only file system"} {
					if strings.Contains(said, bad) {
						t.Errorf("labo %s: %q is said:\n%s", c.words, bad, said)
					}
				}
			}
		})
	}
}

// static checks that a program needs nothing of the machine's C library: it runs
// on musl as it does here.
func static(t *testing.T, path string) {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC }) {
		t.Error("it is linked with the machine's own libraries")
	}
}

// readable lets another user read what is in dir, and go through what leads to it.
func readable(t *testing.T, dir string) {
	t.Helper()
	for d := dir; d != "/" && d != os.TempDir(); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func init() {
	systemPrograms["labo-refuse"] = func() {
		err := refuse(os.Getenv("LABO_TEST_REFUSE"), os.Args[1:])
		fmt.Fprintln(os.Stderr, err)
		os.Exit(99)
	}
}

// refuse runs a command on a kernel that refuses something: "netlink" (sockets of
// that family), "ptrace", or "none".
func refuse(what string, argv []string) error {
	allow, deny := uint32(unix.SECCOMP_RET_ALLOW), uint32(unix.SECCOMP_RET_ERRNO|unix.EPERM)
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	isnt := func(k uint32, skip uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: k, Jf: skip}
	}
	ret := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k} }
	filter := []unix.SockFilter{load(0), isnt(unix.SYS_PTRACE, 1), ret(deny), ret(allow)}
	if what == "netlink" {
		filter = []unix.SockFilter{load(0), isnt(unix.SYS_SOCKET, 3), load(16), isnt(unix.AF_NETLINK, 1), ret(deny), ret(allow)}
	}
	if what != "none" {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return err
		}
		program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
		if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
			return err
		}
	}
	return unix.Exec(argv[0], argv, slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LABO_TEST_REFUSE=") }))
}
