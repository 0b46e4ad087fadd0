package chat

import (
	"io"
	"time"
)

// voice is everything a program lets out: the sheet's lines on its output,
// labo's remarks, and events. It belongs to one run and to the goroutine of
// that run.
type voice struct {
	out     io.Writer
	notice  func(Notice)
	event   func(Event)
	said    map[NoticeKind]bool
	midLine bool  // the cursor stands after a prompt
	err     error // the first write on out that failed
}

func newVoice(out io.Writer, notice func(Notice), event func(Event)) *voice {
	return &voice{out: out, notice: notice, event: event, said: make(map[NoticeKind]bool)}
}

// print writes s as it is. After a failed write nothing more is written.
func (v *voice) print(s string) {
	if v.err != nil || v.out == nil || s == "" {
		return
	}
	_, v.err = io.WriteString(v.out, s)
	v.midLine = s[len(s)-1] != '\n'
}

// entered notes that the reader's Enter key moved the cursor to a new line.
func (v *voice) entered() { v.midLine = false }

// say makes a remark, unless it was made before.
func (v *voice) say(n Notice) {
	if v.said[n.Kind] {
		return
	}
	v.said[n.Kind] = true
	if v.notice == nil {
		return
	}
	n.MidLine = n.MidLine || v.midLine
	v.midLine = false
	v.notice(n)
}

// tell reports an event that has just happened, unless it says when it did.
func (v *voice) tell(e Event) {
	if v.event == nil {
		return
	}
	if e.At.IsZero() {
		e.At = time.Now()
	}
	v.event(e)
}
