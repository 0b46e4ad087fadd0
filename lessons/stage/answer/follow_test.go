package answer

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"labo/lessons/lessontest/sockets"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

func TestFollowWritesALineForEachChange(t *testing.T) {
	before := sockets.All()["conversation"]
	after := sockets.Snapshot(probe.SockDiag, append([]probe.Socket{
		sockets.Row(probe.CloseWait, "127.0.0.1:12345", "127.0.0.1:51234", 0, 0, sockets.Held(sockets.Server)),
		sockets.Row(probe.Listen, "[::1]:80", "", 0, 1, sockets.Held(sockets.Hostile)),
	}, before.Sockets[2:]...)...)
	after.TakenAt = before.TakenAt.Add(250 * time.Millisecond)
	updates := make(chan probe.Update, 3)
	updates <- probe.Update{Snapshot: before}
	updates <- probe.Update{Err: errors.New("refused")}
	updates <- probe.Update{Snapshot: after, Changes: probe.Diff(before, after)}
	close(updates)
	var out countedWrites
	var remarks int
	if err := Follow(&out, paint.Palette{}, updates, func(probe.Update) { remarks++ }, func(string) {}); err != nil {
		t.Fatal(err)
	}
	want := "14:02:07.373  −  LISTEN       → disparu       127.0.0.1:12345  —                python3 (4242)\n" +
		"14:02:07.373  →  ESTABLISHED  → CLOSE-WAIT    127.0.0.1:12345  127.0.0.1:51234  python3 (4242)\n" +
		"14:02:07.373  +  —            → LISTEN        [::1]:80         —                ␛[31mrouge␊⟨U+202E⟩聊天 (666)\n"
	if out.String() != want {
		t.Errorf("\n%s\nwant\n%s", out.String(), want)
	}
	if out.writes != 1 || remarks != 2 {
		t.Errorf("%d writes, %d remarks", out.writes, remarks)
	}
}

type countedWrites struct {
	bytes.Buffer
	writes int
	err    error
}

func (w *countedWrites) Write(p []byte) (int, error) {
	w.writes++
	w.Buffer.Write(p)
	return len(p), w.err
}

func TestFollowEndsWithItsReaderAndWithItsProcess(t *testing.T) {
	before, after := sockets.All()["vide"], sockets.All()["conversation"]
	updates := make(chan probe.Update, 2)
	updates <- probe.Update{Snapshot: before}
	updates <- probe.Update{Snapshot: after, Changes: probe.Diff(before, after)}
	closed := errors.New("closed")
	if err := Follow(&countedWrites{err: closed}, paint.Palette{}, updates, func(probe.Update) {}, func(string) {}); !errors.Is(err, closed) {
		t.Errorf("%v", err)
	}

	updates <- probe.Update{Snapshot: sockets.All()["lie"]}
	updates <- probe.Update{Err: &probe.NoSuchProcessError{PID: 4242}}
	var out countedWrites
	if err := Follow(&out, paint.Palette{}, updates, func(probe.Update) {}, func(string) {}); err != nil {
		t.Error(err)
	}
	if want := "−  (lié)        → disparu       127.0.0.1:12345  —                python3 (4242)\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("what the process held is not told as gone: %q", out.String())
	}

	updates <- probe.Update{Err: &probe.NoSuchProcessError{PID: 9}} // and never closed
	var told []string
	err := Follow(&countedWrites{}, paint.Palette{}, updates, func(u probe.Update) { told = append(told, u.Err.Error()) }, func(string) {})
	if err != nil || !strings.Contains(strings.Join(told, " "), "9") {
		t.Errorf("%v, told %q", err, told)
	}
}

// What processes send is told once a second, and what is left at the end.
func TestFollowTellsWhatProcessesSend(t *testing.T) {
	at := func(ms int, sent uint64) probe.Update {
		row := sockets.Row(probe.Established, "127.0.0.1:12345", "127.0.0.1:51234", 0, 0, sockets.Held(sockets.Server))
		row.Info = &probe.Info{Sent: probe.Known(sent), Acknowledged: probe.Known(sent), Received: probe.Known[uint64](7)}
		s := sockets.Snapshot(probe.SockDiag, row)
		s.TakenAt = time.Unix(1_000, 0).Add(time.Duration(ms) * time.Millisecond)
		return probe.Update{Snapshot: s}
	}
	updates := make(chan probe.Update, 9)
	for _, u := range []probe.Update{at(0, 5), at(200, 6), at(400, 7), at(1_100, 8), at(1_300, 8), at(2_200, 8), at(2_400, 9)} {
		updates <- u
	}
	close(updates)
	var told []string
	if err := Follow(&countedWrites{}, paint.Palette{}, updates, func(probe.Update) {}, func(words string) { told = append(told, words) }); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(told, "\n"); len(told) != 2 || !strings.Contains(told[0], "0"+text.NBSP+"octet reçu, 3"+text.NBSP+"envoyés") || !strings.Contains(told[1], "4"+text.NBSP+"envoyés") {
		t.Errorf("told:\n%s", all)
	}
}
