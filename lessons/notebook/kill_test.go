package notebook

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"labo/lessons/evidence"
	"labo/probe"
)

// writeForEver is a child that plays the same scene again and again, and says
// after each answer and each end that it was told to be saved.
func writeForEver() {
	s := Open(Options{Getenv: os.Getenv})
	if err := s.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	h := head("bind")
	start := 0
	if sc := s.Notebook().Step(1).Scene(h.ID); sc != nil {
		start = sc.Plays
	}
	for n := start + 1; ; n++ {
		s.Begun(h)
		for i := range 4 {
			s.Measured(h.ID, evidence.Evidence{Title: fmt.Sprint("Table ", i), Sockets: &evidence.Table{Rows: make([]probe.Socket, 10)}})
		}
		s.Answered(h.ID, "prediction", answer(0, 1))
		s.Wrote(h.ID, "reponse", nil, strconv.Itoa(n))
		s.Done(h.ID)
		if s.Err() != nil {
			fmt.Fprintln(os.Stderr, s.Err())
			os.Exit(1)
		}
		fmt.Println(n)
	}
}

// A labo killed at any moment leaves a notebook that is whole and has all that
// was saved; the next one that saves takes over what the dead one left.
func TestKillAtAnyMomentNeverDamages(t *testing.T) {
	kills := 40
	if testing.Short() {
		kills = 16
	}
	home := t.TempDir()
	plays, inWriting := 0, 0
	for i := range kills {
		writing := i%2 == 0
		acks := rand.N(4)
		if writing {
			acks++ // the child has then swept what an earlier one left
		}
		acknowledged := killOnce(t, home, acks, writing)
		book, err := Read(in(home))
		if err != nil {
			t.Fatalf("after a kill -9: %v", err)
		}
		now := 0
		if sc := book.Step(1).Scene("bind"); sc != nil {
			now = sc.Plays
			if w := sc.Writings; len(w) > 0 && w[0].Latest() != strconv.Itoa(now) && w[0].Latest() != strconv.Itoa(now+1) {
				t.Fatalf("%d plays, and the answer of play %s", now, w[0].Latest())
			}
		}
		if now < acknowledged || now < plays {
			t.Fatalf("%d plays in the file; %d were saved, %d before", now, acknowledged, plays)
		}
		plays = now
		inWriting += len(halfWritten(t, home))
	}
	t.Logf("%d kills, %d plays kept, %d kills while the file was being written", kills, plays, inWriting)
	if plays == 0 {
		t.Error("no child ever saved anything: nothing was proved")
	}
	if inWriting < kills/10 {
		t.Error("too few kills came while the file was being written: little was proved")
	}
	if found := asides(home); len(found) > 0 {
		t.Errorf("a kill damaged the notebook: %q", found)
	}
	var told said
	for range 2 { // the notebook, and the copy of the one before
		open(t, home, &told).Begun(head("bind"))
	}
	if left := halfWritten(t, home); len(left) > 0 || len(told) > 0 {
		t.Errorf("left after saving again: %q, told %q", left, told)
	}
}

// killOnce starts a child, kills it after it has said acks lines, either as
// soon as a new file is seen being written or at any moment, and returns the
// last play that it said was saved.
func killOnce(t *testing.T, home string, acks int, writing bool) (last int) {
	t.Helper()
	cmd := child(t, "write", home)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	scan := func() {
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			last = n
		}
	}
	for range acks {
		if !lines.Scan() {
			t.Fatal("the child ended by itself: ", cmd.Wait())
		}
		scan()
	}
	if writing {
		for limit := time.Now().Add(10 * time.Second); len(halfWritten(t, home)) == 0 && time.Now().Before(limit); {
		}
	} else {
		time.Sleep(rand.N(5 * time.Millisecond)) // to scatter the kills, not to wait for anything
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		scan()
	}
	cmd.Wait()
	return last
}

// halfWritten returns the files that a save had not finished. One is removed
// by the next labo that saves.
func halfWritten(t *testing.T, home string) []string {
	t.Helper()
	entries, err := os.ReadDir(home)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		if e.Name() != fileName && e.Name() != lockName && e.Name() != pastName && !strings.HasPrefix(e.Name(), asideFor) {
			found = append(found, filepath.Join(home, e.Name()))
		}
	}
	return found
}
