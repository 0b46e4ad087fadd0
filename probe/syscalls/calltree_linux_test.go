package syscalls

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// seen is one call as both tracers tell it: name, descriptor, result.
type seen struct {
	Name, FD, Result string
}

// tree is a thread's calls, and the threads it made, in order.
type tree struct {
	Calls    []seen
	Children []*tree
	End      end
}

// end is how a thread ended.
type end string

const (
	endCalled end = "its own call" // exit or exit_group, the last of its calls
	endCut    end = "exit_group"   // of another thread, before it called exit itself
	endKilled end = "a signal"
)

// record is what a tracer told of one run, in the order in which it told it.
type record struct {
	root    int // the first thread that called
	threads map[int]*course
	words   []string // all that was told, as it was
	// vague: what a thread begins once another of its process has begun
	// exit_group is not to be believed, see [straceReader].
	vague bool
}

// course is what was told of one thread. A moment is how many words had been
// said.
type course struct {
	calls  []seen
	begun  []int // when each was
	shares bool  // the process of the thread that made it
	ended  int
	killed bool // by a signal
}

func newRecord() *record { return &record{threads: map[int]*course{}} }

// now is the present moment.
func (r *record) now() int { return len(r.words) }

func (r *record) thread(tid int) *course {
	if r.threads[tid] == nil {
		r.threads[tid] = &course{}
	}
	return r.threads[tid]
}

// call takes a call of a thread that is over, or will never be.
func (r *record) call(tid int, s seen, begun int) {
	if r.root == 0 {
		r.root = tid
	}
	c := r.thread(tid)
	c.calls, c.begun = append(c.calls, s), append(c.begun, begun)
}

// born tells that a thread made another; shares is whether in its own process.
func (r *record) born(tid int, shares bool) { r.thread(tid).shares = shares }

func (r *record) ended(tid int, killed bool) {
	c := r.thread(tid)
	c.ended, c.killed = r.now(), killed
}

// said keeps the tracer's own words. It comes before what they tell.
func (r *record) said(words string) { r.words = append(r.words, words) }

// last returns the last words.
func (r *record) last(n int) string {
	return strings.Join(r.words[max(0, len(r.words)-n):], "\n")
}

// last returns the name of the thread's last call.
func (c *course) last() string {
	if len(c.calls) == 0 {
		return ""
	}
	return c.calls[len(c.calls)-1].Name
}

// tree puts the calls in a tree: whose tid a call returned is its child. The
// error names the threads whose end nothing explains: a tracer that loses the
// call that ended one is found out here.
func (r *record) tree() (*tree, error) {
	if r.root == 0 {
		return &tree{}, errors.New("no call was told")
	}
	exits := map[int]groupExit{}
	r.eachThread(r.root, r.root, func(tid, process int) {
		c := r.thread(tid)
		for i, s := range c.calls {
			if first := exits[process]; s.Name == "exit_group" && (first.tid == 0 || c.begun[i] < first.begun) {
				exits[process] = groupExit{tid, c.begun[i]}
			}
		}
	})
	return r.node(r.root, r.root, exits)
}

// groupExit is who ended a process by exit_group, and when; zero for nobody.
type groupExit struct{ tid, begun int }

// eachThread goes through a thread and all it made, with their processes.
func (r *record) eachThread(tid, process int, do func(tid, process int)) {
	do(tid, process)
	for _, s := range r.thread(tid).calls {
		if child := s.child(); child > 0 {
			r.eachThread(child, r.processOf(child, process), do)
		}
	}
}

func (r *record) processOf(tid, parents int) int {
	if r.thread(tid).shares {
		return parents
	}
	return tid
}

// child returns the tid of the thread that a call made, 0 when it made none.
func (s seen) child() int {
	switch s.Name {
	case "clone", "clone3", "fork", "vfork":
		child, err := strconv.Atoi(s.Result)
		if err == nil {
			return child
		}
	}
	return 0
}

func (r *record) node(tid, process int, exits map[int]groupExit) (*tree, error) {
	n, c, exit := &tree{}, r.thread(tid), exits[process]
	var failed error
	last := ""
	for i, s := range c.calls {
		if r.vague && exit.tid != 0 && exit.tid != tid && c.begun[i] > exit.begun {
			break
		}
		last = s.Name
		if child := s.child(); child > 0 {
			sub, err := r.node(child, r.processOf(child, process), exits)
			n.Children, failed = append(n.Children, sub), errors.Join(failed, err)
			s.Result = "child"
		}
		if pid, err := strconv.Atoi(s.Result); s.Name == "wait4" && err == nil && pid > 0 {
			s.Result = "child"
		}
		n.Calls = append(n.Calls, s)
	}
	switch {
	case c.ended == 0:
		failed = errors.Join(failed, fmt.Errorf("the end of thread %d was not told, its last call is %q", tid, last))
	case last == "exit" || last == "exit_group":
		n.End = endCalled
	case c.killed:
		n.End = endKilled
	case exit.tid != 0 && exit.begun < c.ended:
		n.End = endCut
	default:
		failed = errors.Join(failed, fmt.Errorf("thread %d ended after %q: its exit was not told", tid, last))
	}
	return n, failed
}

func (n *tree) count() int {
	c := len(n.Calls)
	for _, child := range n.Children {
		c += child.count()
	}
	return c
}

// settle makes a and b the same where two runs of one program may differ: a
// thread that nobody waits for comes to its exit before the process ends, or
// does not. Where that is how it ended in one run, and the other one shows its
// exit, that last call is taken away, and nothing else is. It returns how many.
func settle(a, b *tree) (settled int) {
	switch {
	case a.End == endCut && b.exits():
		b.cut()
		settled++
	case b.End == endCut && a.exits():
		a.cut()
		settled++
	}
	for i := range min(len(a.Children), len(b.Children)) {
		settled += settle(a.Children[i], b.Children[i])
	}
	return settled
}

// exits reports whether the thread's last call is its own exit.
func (n *tree) exits() bool {
	return n.End == endCalled && n.Calls[len(n.Calls)-1].Name == "exit"
}

// cut takes away the thread's last call.
func (n *tree) cut() {
	n.Calls, n.End = n.Calls[:len(n.Calls)-1], endCut
}
