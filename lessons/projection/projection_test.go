package projection

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/vote"
	"labo/probe/files"
	"labo/probe/probetest"
)

func TestWhatIsToldIsSeenUntilItIsTakenBack(t *testing.T) {
	home := t.TempDir()
	nothing(t, home)
	p := New(in(home))
	defer p.Close()
	first := status("port-libre", 0)
	first.Waiting, first.Page = ForVote, "page 2"
	first.Vote = &Vote{Question: "Qui ?", Options: []Option{{"x", "a"}, {"y", "b"}}, By: []map[vote.Source]vote.Tally{{vote.Hands: {3, 4}}}, At: 1, Right: -1}
	if notice := p.Tell(first); notice != "" {
		t.Fatal(notice)
	}
	got := only(t, Look(t.Context(), in(home)))
	if d := cmp.Diff(first, got.Status); d != "" {
		t.Errorf("told, then seen:\n%s", d)
	}
	if got.PID != os.Getpid() || len(got.Past) != 0 {
		t.Errorf("seen: %+v", got)
	}

	second := status("ecouter", 3)
	second.Begun = first.Begun.Add(90 * time.Second)
	p.Tell(second)
	got = only(t, Look(t.Context(), in(home)))
	if want := []Play{{Head: first.Head, Begun: first.Begun, Ended: second.Begun}}; cmp.Diff(want, got.Past) != "" {
		t.Errorf("the past:\n%s", cmp.Diff(want, got.Past))
	}
	p.Close()
	nothing(t, home)
	if notice := p.Tell(first); notice == "" {
		t.Error("a projector that is closed told something")
	}
	nothing(t, home)
}

// Following the lesson must not disturb what it measures of its own process.
func TestTellingHoldsOneDescriptorAndNoGoroutine(t *testing.T) {
	open := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil && runtime.GOOS != "linux" {
			probetest.Elsewhere(t, "this system does not list descriptors there: %v", err)
		} else if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	New(in(t.TempDir())).Close() // the runtime opens its own descriptors with the first file
	before := open()
	p := New(in(t.TempDir()))
	defer p.Close()
	for range 10 {
		p.Tell(status("ecouter", 3))
	}
	if n := open() - before; n != 1 {
		t.Errorf("%d descriptors more, want that of the lock", n)
	}
	// TestMain holds that no goroutine is left.
}

// kill -9: the lock tells, at once.
func TestAKilledProjectorIsSeen(t *testing.T) {
	home := t.TempDir()
	child := startProjector(t, home)
	if got := only(t, Look(t.Context(), in(home))); got.PID != child.Process.Pid || !got.Locked || got.Head.ID != "ecouter" {
		t.Errorf("seen: %+v", got)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	s := Look(t.Context(), in(home))
	if len(s.Live) != 0 || len(s.Killed) != 1 || s.Killed[0].PID != child.Process.Pid {
		t.Errorf("after kill -9: %+v", s)
	}
	p := New(in(home)) // it sweeps what the dead one left
	defer p.Close()
	p.Tell(status("port-libre", 0))
	if got := only(t, Look(t.Context(), in(home))); got.PID != os.Getpid() {
		t.Errorf("seen: %+v", got)
	}
	p.Close()
	nothing(t, home)
}

// Where nothing can be locked, the process itself tells whether it lives.
func TestAProjectorWithoutALockIsSeenByItsProcess(t *testing.T) {
	home := t.TempDir()
	child := startProjector(t, home)
	locked := only(t, Look(t.Context(), in(home)))
	copied := func(name string, begun time.Time) {
		t.Helper()
		s := *locked
		s.Locked, s.Started = false, begun
		data, err := json.Marshal(&s)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, folder, name+stateEnd), data, fileMode); err != nil {
			t.Fatal(err)
		}
	}
	copied("sans", locked.Started)
	copied("ancien", locked.Started.Add(-time.Hour)) // another process had this number then
	s := Look(t.Context(), in(home))
	if len(s.Live) != 2 || len(s.Killed) != 1 || s.Killed[0].name != "ancien" {
		t.Errorf("while it lives: %+v", s)
	}
	child.Process.Kill()
	child.Wait()
	if s := Look(t.Context(), in(home)); len(s.Live) != 0 || len(s.Killed) != 3 {
		t.Errorf("after kill -9: %+v", s)
	}
}

func TestTheProjectionBegunLastComesFirst(t *testing.T) {
	home := t.TempDir()
	startProjector(t, home)
	p := New(in(home))
	defer p.Close()
	late := status("port-libre", 0)
	late.Started = time.Now().Round(0)
	p.Tell(late)
	s := Look(t.Context(), in(home))
	if len(s.Live) != 2 || s.Live[0].PID != os.Getpid() || s.Live[1].Head.ID != "ecouter" {
		t.Errorf("seen: %+v", s)
	}
	p.Close()
	if got := only(t, Look(t.Context(), in(home))); got.Head.ID != "ecouter" {
		t.Errorf("closing one took the other: %+v", got)
	}
}

// A name that is taken is left to who has it: processes of two containers may
// have the same number.
func TestTwoProjectorsOfOneNumber(t *testing.T) {
	home := t.TempDir()
	first, second := New(in(home)), New(in(home))
	first.Tell(status("port-libre", 0))
	second.Tell(status("ecouter", 3))
	if s := Look(t.Context(), in(home)); len(s.Live) != 2 {
		t.Errorf("seen: %+v", s)
	}
	first.Close()
	if got := only(t, Look(t.Context(), in(home))); got.Head.ID != "ecouter" {
		t.Errorf("seen: %+v", got)
	}
	second.Close()
	nothing(t, home)
}

func TestWhatCannotBeToldIsSaidOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fichier")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, getenv := range map[string]func(string) string{"a file is in the way": in(file), "no home": func(string) string { return "" }} {
		t.Run(name, func(t *testing.T) {
			p := New(getenv)
			defer p.Close()
			var said []string
			for range 3 {
				if notice := p.Tell(status("ecouter", 3)); notice != "" {
					said = append(said, notice)
				}
			}
			if len(said) != 1 || !strings.HasPrefix(said[0], "labo notes ne suivra pas : ") {
				t.Errorf("said %q", said)
			}
			s := Look(t.Context(), getenv)
			blind, ok := errors.AsType[*BlindError](s.Err)
			if !ok || len(s.Live) > 0 || !strings.HasPrefix(Words(blind), "labo ne voit pas les projections : ") {
				t.Errorf("seen: %+v", s)
			}
		})
	}
	if !errors.Is(Look(t.Context(), func(string) string { return "" }).Err, files.ErrNoHome) {
		t.Error("no home is not told as such")
	}
}

// A directory that disappears is told once it fails, and again once it works.
func TestTellingRecovers(t *testing.T) {
	home := t.TempDir()
	p := New(in(home))
	defer p.Close()
	dir := filepath.Join(home, folder)
	aside := filepath.Join(home, "ailleurs")
	if err := os.Rename(dir, aside); err != nil && runtime.GOOS == "windows" {
		probetest.Elsewhere(t, "this system does not rename a directory in use: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	if notice := p.Tell(status("ecouter", 3)); notice == "" {
		t.Error("told into no directory")
	}
	if err := os.Rename(aside, dir); err != nil {
		t.Fatal(err)
	}
	p.Tell(status("ctrl-c", 8))
	if got := only(t, Look(t.Context(), in(home))); got.Head.ID != "ctrl-c" || len(got.Past) != 1 {
		t.Errorf("seen: %+v", got)
	}
}

// The file is somebody's: whatever is in it, nothing reaches the terminal, and
// nothing breaks.
func TestForeignFiles(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, folder)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{
		"vide": "", "coupe": `{"Format":1,`, "autre": `[1,2]`, "nul": `null`, "futur": `{"Format":99,"Head":"?"}`,
		"hostile": `{"Format":3,"Locked":true,"Head":{"ID":"\u001b[2Jx","Title":"\u202e"},"Page":"\u0007","Waiting":"\u001b","Wall":["\u001b[H"],"Vote":{"Options":[{"ID":"\u001b","Text":"\u001b]0;x\u0007"}],"By":[{"\u001b":[-4,99999,7]},null],"Right":7},"Past":[{"Head":{"Title":"\u001b["}}]}`,
	}
	var locks []*os.File
	for name, content := range contents {
		if err := os.WriteFile(filepath.Join(dir, name+stateEnd), []byte(content), fileMode); err != nil {
			t.Fatal(err)
		}
		lock, err := files.Take(filepath.Join(dir, name+lockEnd), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		locks = append(locks, lock)
	}
	s := Look(t.Context(), in(home))
	if len(s.Live) != 1 || s.Err == nil {
		t.Fatalf("seen: %+v", s)
	}
	v := s.Live[0]
	shown := v.Head.ID + v.Head.Title + v.Page + string(v.Waiting) + v.Wall[0] + v.Vote.Options[0].ID + v.Vote.Options[0].Text + v.Past[0].Head.Title
	if strings.ContainsAny(shown, "\x1b\x07\u202e") || len(v.Vote.Rounds()) != 0 {
		t.Errorf("a hostile file reaches the terminal: %q, %+v", shown, v.Vote)
	}
	for _, f := range locks {
		if f != nil {
			f.Close()
		}
	}
	// Without their locks they are nobody's: unreadable ones are no error.
	if s := Look(t.Context(), in(home)); len(s.Live) != 0 || s.Err != nil {
		t.Errorf("seen: %+v", s)
	}
}

func TestAnotherReleaseIsToldAsSuch(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, folder)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "1"+stateEnd), []byte(`{"Format":99}`), fileMode); err != nil {
		t.Fatal(err)
	}
	lock, err := files.Take(filepath.Join(dir, "1"+lockEnd), time.Now())
	if err != nil || lock == nil {
		probetest.Missing(t, "nothing can be locked here: %v", err)
	}
	defer lock.Close()
	s := Look(t.Context(), in(home))
	if other, ok := errors.AsType[*OtherReleaseError](s.Err); !ok || other.Format != 99 || !strings.Contains(Words(s.Err), "autre version") {
		t.Errorf("seen: %+v", s)
	}
}

func TestThePastIsBounded(t *testing.T) {
	var s State
	now := time.Now()
	for i := range maxPast + 100 {
		s.take(Status{Started: now, Begun: now.Add(time.Duration(i) * time.Second)})
	}
	if len(s.Past) != maxPast || !s.Past[maxPast-1].Ended.Equal(s.Begun) {
		t.Errorf("%d plays, the last until %v", len(s.Past), s.Past[len(s.Past)-1].Ended)
	}
	if !slices.IsSortedFunc(s.Past, func(a, b Play) int { return a.Begun.Compare(b.Begun) }) {
		t.Error("not in their order")
	}
}

func TestSame(t *testing.T) {
	home := t.TempDir()
	p := New(in(home))
	defer p.Close()
	p.Tell(status("ecouter", 3))
	a, b := Look(t.Context(), in(home)), Look(t.Context(), in(home))
	b.At = a.At
	if !a.Same(b) {
		t.Errorf("%+v is not %+v", a, b)
	}
	b.At = a.At.Add(time.Second)
	if a.Same(b) {
		t.Error("a second later is the same")
	}
	p.Tell(status("ctrl-c", 8))
	if c := Look(t.Context(), in(home)); a.Same(Sight{At: a.At, Live: c.Live}) {
		t.Error("another scene is the same")
	}
}

// fs.ErrNotExist is what a projection that ends leaves between two looks.
func TestLookBesideAProjectorThatComesAndGoes(t *testing.T) {
	home := t.TempDir()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 200 {
			p := New(in(home))
			p.Tell(status("ecouter", 3))
			p.Close()
		}
	}()
	for seen := 0; ; {
		s := Look(t.Context(), in(home))
		if s.Err != nil && !errors.Is(s.Err, fs.ErrNotExist) {
			t.Errorf("seen: %v", s.Err)
		}
		seen += len(s.Live)
		select {
		case <-done:
			nothing(t, home)
			return
		default:
		}
	}
}

// What a key costs in projection, for whoever follows it.
func BenchmarkTell(b *testing.B) {
	p := New(in(b.TempDir()))
	defer p.Close()
	s := status("ecouter", 3)
	for b.Loop() {
		if notice := p.Tell(s); notice != "" {
			b.Fatal(notice)
		}
	}
}

// What following costs, four times a second.
func BenchmarkLook(b *testing.B) {
	home := b.TempDir()
	p := New(in(home))
	defer p.Close()
	p.Tell(status("ecouter", 3))
	for b.Loop() {
		if s := Look(b.Context(), in(home)); len(s.Live) != 1 {
			b.Fatal(s)
		}
	}
}
