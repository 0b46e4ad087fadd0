package class

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"labo/lessons/check"
	"labo/lessons/check/runner"
	"labo/lessons/text"
	"labo/probe/ownnet"
)

// Class says what to judge, and how.
type Class struct {
	Dir      string
	Students []*Student
	Config   check.Config // of every judgement; its file is that of each
	// Judge is the command that calls [Serve]: labo's own. After it comes
	// InOwnNetwork where it is to call [ownnet.Enter] first.
	Judge []string
	Limit time.Duration // of one judgement
	// Started and Done are told of each program and each student, one at a time: of
	// a student again where the machine was in the way, and it was tried again.
	Started func(*Student, *Program)
	Done    func(*Student)

	mu sync.Mutex // held while a student changes
}

// Look calls f while nothing changes in the students.
func (c *Class) Look(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

// InOwnNetwork is the argument of a judging process in a network of its own.
const InOwnNetwork = "--reseau"

// atOnce is how many judgements are made at once: they wait more than they
// work.
func atOnce() int { return min(2*runtime.NumCPU(), 16) }

// Try tries, by judging processes that do nothing else, whether each can have a
// network of its own, in which all can use the port of the sheet at the same
// time, and to what a program is held here.
func (c *Class) Try(ctx context.Context) (alone bool, held runner.Limits) {
	var o Outcome
	j := &job{Try: true, Config: c.Config}
	if c.ask(ctx, true, j, &o) == nil {
		return true, o.Held
	}
	_ = c.ask(ctx, false, j, &o)
	return false, o.Held
}

// Run judges all programs: several at once where alone is set, else one after
// the other. It leaves no process. What was judged when ctx ends stays in the
// students; those that were not have neither a document nor a fault. Error: that
// of ctx.
func (c *Class) Run(ctx context.Context, alone bool) error {
	workers := 1
	if alone {
		workers = atOnce()
	}
	c.Config.Among = workers
	var later []task // the machine was in the way: again, when it has less to do
	tasks := make(chan task)
	left := make(map[*Student]int)
	for _, s := range c.Students {
		left[s] = len(s.Programs)
	}
	conclude := func(t task, o Outcome, ok bool) {
		if ok {
			t.program.Outcome = o
			if left[t.of]--; left[t.of] == 0 {
				c.Done(t.of)
			}
		}
	}
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for t := range tasks {
				c.Look(func() { c.Started(t.of, t.program) })
				o, ok := c.judge(ctx, alone, t.program)
				c.Look(func() {
					if ok && (o.Hindered || o.Machine) {
						later = append(later, t)
					}
					conclude(t, o, ok)
				})
			}
		})
	}
	for _, s := range c.Students {
		if len(s.Programs) == 0 && ctx.Err() == nil {
			c.Look(func() { c.Done(s) })
		}
		for _, p := range s.Programs {
			select {
			case tasks <- task{s, p}:
			case <-ctx.Done():
			}
		}
	}
	close(tasks)
	all.Wait()
	for _, t := range later {
		for range moreTries {
			o, ok := c.judge(ctx, alone, t.program)
			if ok && !o.Machine && (!o.Hindered || t.program.Machine) {
				c.Look(func() { t.program.Outcome = o; c.Done(t.of) })
			}
			if !ok || !o.Machine && !o.Hindered {
				break
			}
		}
	}
	return ctx.Err()
}

// moreTries is how often a judgement that the machine was in the way of is made
// again, alone: until it is whole.
const moreTries = 3

// task is a program to judge.
type task struct {
	of      *Student
	program *Program
}

// judge judges one program in a process of its own. ok is false once ctx has
// ended: it was not judged then, and nothing is to blame.
func (c *Class) judge(ctx context.Context, alone bool, p *Program) (o Outcome, ok bool) {
	if ctx.Err() != nil {
		return o, false
	}
	limited, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	j := &job{Program: []byte(filepath.Join(c.Dir, p.Path)), Alone: p.Alone, Config: c.Config}
	switch err := c.ask(limited, alone, j, &o); {
	case err == nil || ctx.Err() != nil:
	case limited.Err() != nil:
		o = Outcome{Fault: "le jugement n'était pas fini après " + text.Duration(c.Limit) + " : labo l'a arrêté", Machine: true,
			Hint: "Jugez ce programme seul, quand l'ordinateur est moins occupé."}
	default:
		o = Outcome{Fault: "le jugement s'est interrompu avant la fin", Machine: true, Hint: "Jugez ce programme seul."}
	}
	return o, ctx.Err() == nil
}

// ask has a judging process do a job, and reads its answer. When ctx ends, the
// process is told so by the end of its input, ends what it runs, and is waited
// for.
func (c *Class) ask(ctx context.Context, alone bool, j *job, answer *Outcome) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Args = c.Judge
	ownGroup(cmd) // Ctrl+C is for labo, which tells the others
	if alone {
		cmd.Args = append(cmd.Args[:len(cmd.Args):len(cmd.Args)], InOwnNetwork)
		if err := ownnet.Ask(cmd); err != nil {
			return err
		}
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	over := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		defer in.Close()
		_ = json.NewEncoder(in).Encode(j)
		select {
		case <-ctx.Done():
		case <-over:
			return
		}
		in.Close()
		select {
		case <-time.After(stopBound):
			_ = cmd.Process.Kill()
		case <-over:
		}
	})
	const most = 16 << 20 // bytes of an outcome, far beyond any
	err = json.NewDecoder(io.LimitReader(out, most)).Decode(answer)
	_, _ = io.Copy(io.Discard, out)
	close(over)
	telling.Wait()
	return errors.Join(err, cmd.Wait(), ctx.Err())
}

// stopBound is how long a judging process may take to end what it runs.
const stopBound = 20 * time.Second
