package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// stranger is what an ordinary user sees.
type stranger struct {
	Kinds     []string // owner of each socket of a port
	UIDs      []int
	Names     []string // of the holders
	Forbidden int      // N of the NoteForbidden, -1 without one
	Asked     int      // N of the NoteAskedForbidden
	Hidden    bool     // the note is ErrHiddenProcesses
	Root      bool     // a note is ErrRefusedToRoot
}

// seeAsStranger looks at the sockets of the address addr.
func seeAsStranger(f Filter, addr netip.Addr) (stranger, error) {
	snap, err := Sockets(context.Background(), f)
	if err != nil {
		return stranger{}, err
	}
	v := stranger{Forbidden: -1}
	for i := range snap.Sockets {
		if k := &snap.Sockets[i]; k.Local.Addr() != addr && k.Remote.Addr() != addr {
			continue
		}
		o := snap.Sockets[i].Owner
		v.Kinds = append(v.Kinds, o.Kind.String())
		v.UIDs = append(v.UIDs, o.UID.Or(-1))
		for _, h := range o.Holders {
			v.Names = append(v.Names, h.Name)
		}
	}
	for _, n := range snap.Notes {
		if n.Kind == NoteForbidden {
			v.Forbidden, v.Hidden = n.N, errors.Is(n.Err, ErrHiddenProcesses)
		}
		if n.Kind == NoteAskedForbidden {
			v.Asked = n.N
		}
		v.Root = v.Root || errors.Is(n.Err, ErrRefusedToRoot)
	}
	return v, nil
}

// seeAsTold looks at an address and port and, if there is one, a pid.
func seeAsTold() error {
	args := strings.Fields(os.Getenv(childArgsEnv))
	at, err := netip.ParseAddrPort(args[0])
	if err != nil {
		return err
	}
	f := Filter{Source: SockDiag, Ports: []uint16{at.Port()}}
	for _, arg := range args[1:] {
		pid, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		f.PIDs = append(f.PIDs, pid)
	}
	return answer(seeAsStranger(f, at.Addr()))
}

func init() {
	childRoles["see"] = seeAsTold
	childRoles["see-own"] = func() error {
		l, err := net.Listen("tcp4", netip.AddrPortFrom(ownLoopback(), 0).String())
		if err != nil {
			return err
		}
		defer l.Close()
		at := l.Addr().(*net.TCPAddr).AddrPort()
		// Only a listener: what others have on this port as a peer's is theirs.
		return answer(seeAsStranger(Filter{Source: SockDiag, Ports: []uint16{at.Port()}, States: NewStateSet(Listen)}, at.Addr()))
	}
	childRoles["see-hidepid"] = func() error {
		err := errors.Join(
			unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
			unix.Mount("proc", "/proc", "proc", 0, "hidepid=2"),
			syscall.Setgroups(nil), syscall.Setgid(65534), syscall.Setuid(65534),
		)
		if err != nil {
			return err
		}
		return seeAsTold()
	}
}

// An ordinary user sees root's sockets, that their owner may not be known, and
// how many processes may not be read.
func TestOwnersForbidden(t *testing.T) {
	s := newStage(t)
	_, port := s.listener(4)
	s.connect(port)
	at := netip.AddrPortFrom(s.addr, port).String()
	v := askAsNobody[stranger](t, "see", at)
	slices.Sort(v.Kinds)
	if !slices.Equal(v.Kinds, []string{"forbidden", "forbidden", "kernel"}) {
		t.Errorf("owners %q", v.Kinds)
	}
	if slices.Sort(v.UIDs); !slices.Equal(v.UIDs, []int{-1, 0, 0}) {
		t.Errorf("uids %v", v.UIDs)
	}
	if v.Forbidden < 1 || v.Hidden || v.Root {
		t.Errorf("note of %d forbidden processes, hidden: %v, root: %v", v.Forbidden, v.Hidden, v.Root)
	}

	byPID := askAsNobody[stranger](t, "see", at, strconv.Itoa(os.Getpid()))
	if len(byPID.Kinds) != 0 || byPID.Asked != 1 || byPID.Root {
		t.Errorf("by our pid, which exists: %+v", byPID)
	}
	own := askAsNobody[stranger](t, "see-own")
	if !slices.Equal(own.Kinds, []string{"process"}) || own.Forbidden != -1 || len(own.Names) != 1 {
		t.Errorf("its own listener: %+v", own)
	}
}

// Where /proc hides the processes of others, their owners are forbidden too,
// but nobody can count them.
func TestOwnersHidepid(t *testing.T) {
	if os.Geteuid() != 0 {
		probetest.Missing(t, "not root: cannot mount /proc")
	}
	var u unix.Utsname
	unix.Uname(&u)
	var major, minor int
	fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &major, &minor)
	if major < 5 || major == 5 && minor < 8 {
		probetest.Missing(t, "before Linux 5.8, hidepid would change /proc for everyone")
	}
	s := newStage(t)
	_, port := s.listener(4)
	r, w, err := os.Pipe()
	s.must(err)
	defer r.Close()
	startChild(t, "see-hidepid", func(cmd *exec.Cmd) {
		cmd.Stderr = w
		cmd.Env = append(cmd.Env, childArgsEnv+"="+netip.AddrPortFrom(s.addr, port).String())
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	})
	w.Close()
	var v stranger
	s.must(json.NewDecoder(r).Decode(&v))
	if !slices.Equal(v.Kinds, []string{"forbidden"}) || v.Forbidden != 0 || !v.Hidden {
		t.Errorf("behind hidepid: %+v", v)
	}
}
