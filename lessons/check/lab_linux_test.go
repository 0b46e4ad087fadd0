package check

import (
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

func init() {
	isolate = func(cmd *exec.Cmd) bool {
		if !networksAllowed() {
			return false
		}
		newNetwork(cmd)
		return true
	}
	raiseLoopback = func() error {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		lo, err := unix.NewIfreq("lo")
		if err != nil {
			return err
		}
		lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
		return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
	}
}

// newNetwork asks for a network namespace: network_namespaces(7), with a user
// namespace for whoever is not root (user_namespaces(7)).
func newNetwork(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	if uid := os.Getuid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
}

// networksAllowed reports whether this machine gives us a network of our own.
var networksAllowed = sync.OnceValue(func() bool {
	if os.Getenv("LABO_JUDGE_SHARED") != "" { // to try the way of other systems
		return false
	}
	cmd := exec.Command("/bin/true")
	newNetwork(cmd)
	return cmd.Run() == nil
})
