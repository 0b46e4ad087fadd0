package syscalls

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// onOwnThread calls do in a goroutine of its own, on a thread of the system
// that has no child yet and that nothing else will run on: it ends with do, and
// with it whatever do still traces. A thread that started a child will not do:
// a wait for any child of the thread would take that child's end from whoever
// started it.
func onOwnThread(do func()) {
	found := make(chan struct{})
	var look func()
	look = func() {
		runtime.LockOSThread()
		if !hasChildren() {
			close(found)
			do()
			return
		}
		go look() // on another thread, as long as this one is locked
		<-found
		runtime.UnlockOSThread()
	}
	go look()
}

// hasChildren reports whether the calling thread has a child, ended or not.
func hasChildren() bool {
	const waitid = unix.WEXITED | unix.WNOHANG | unix.WNOWAIT | unix.WALL | unix.WNOTHREAD
	for {
		err := unix.Waitid(unix.P_ALL, 0, nil, waitid, nil)
		if err != unix.EINTR {
			return err != unix.ECHILD
		}
	}
}
