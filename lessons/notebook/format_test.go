package notebook

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labo/probe/files"
)

// newerMinor was written by a release that knows more, at every level.
const newerMinor = `{
  "format": "1.7", "labo": "v9", "begun": "2026-11-22T14:02:07Z", "saved": "2026-11-22T14:02:07Z", "theme": {"a": [1, 2.50, "<&>"]},
  "steps": [
    {"number": 1, "title": "Un serveur simple", "mood": "gai", "scenes": [
      {"id": "bind", "title": "Titre", "begun": "2026-11-22T14:02:07Z", "plays": 0, "color": "vert",
       "predictions": [{"part": "prediction", "question": ["?"], "options": [{"id": "oui", "text": "oui", "why": "parce que"}], "weight": 3,
         "tries": [{"at": "2026-11-22T14:02:07Z", "chosen": null, "right": null, "sure": true}]}],
       "writings": [{"part": "reponse", "question": [], "note": 12, "versions": [{"at": "2026-11-22T14:02:07Z", "text": "x", "by": "moi"}]}],
       "run": {"begun": "2026-11-22T14:02:07Z", "ended": "2026-11-22T14:02:08Z", "cpu": 2,
         "evidence": [{"title": "T", "at": "2026-11-22T14:02:07Z", "source": "s", "sound": "bip"}],
         "events": [{"at": "2026-11-22T14:02:07Z", "what": "w", "from": "router", "span": [1]}]}},
      {"id": "scene-inconnue", "title": "Demain", "begun": "2026-11-22T14:02:07Z", "plays": 3,
       "run": {"begun": "2026-11-22T14:02:07Z", "evidence": [{"title": "T", "at": "2026-11-22T14:02:07Z", "source": "s",
         "values": [{"label": "l", "text": "t", "unit": "µs"}],
         "sockets": {"hidden": 3, "rows": [{"protocol": "tcp4", "state": "LISTEN", "local": {"addr": "::1", "port": 1, "scope": "lo"}, "remote": null,
           "recv_queue": 0, "send_queue": null, "timer": {"kind": "", "expires_ms": 0, "probes": 1}, "inode": null, "congestion": "cubic",
           "owner": {"kind": "process", "group": 7, "processes": [{"pid": 1, "name": "labo", "uid": 1000}]}}]},
         "chart": {"x": "x", "y": "y", "ticks": ["1"], "scale": "log", "curves": [{"label": "c", "points": [1], "dash": true}]}}]}}]},
    {"number": 9, "title": "Une étape inconnue", "scenes": [], "stars": 5}],
  "judgements": [{"file": "serveur.py", "role": "serveur", "at": "2026-11-22T14:02:07Z", "port": 12345, "seed": 7, "took_ms": 4200, "tries": 2, "grade": 18,
    "checks": [{"id": "code", "title": "T", "level": "fiche", "verdict": "passed", "weight": 2}]}],
  "traces": [{"file": "client.py", "at": "2026-11-22T14:02:07Z", "tries": 1, "colour": "red", "summary": {"title": "T", "at": "2026-11-22T14:02:07Z", "source": "ptrace", "depth": 3}}]
}`

func TestWhatANewerMinorWroteIsNotLost(t *testing.T) {
	home := t.TempDir()
	write(t, home, newerMinor)
	var told said
	s := open(t, home, &told)
	s.Begun(head("autre"))
	s.Done("autre")
	if len(told) > 0 {
		t.Errorf("told %q", told)
	}
	data, err := os.ReadFile(filepath.Join(home, fileName))
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	for text, into := range map[string]*any{newerMinor: &want, string(data): &got} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	if lost := missing("", want, got); len(lost) > 0 {
		t.Errorf("saving lost or changed: %s\n%s", strings.Join(lost, ", "), data)
	}
	if !strings.Contains(string(data), `"<&>"`) || !strings.Contains(string(data), "2.50") {
		t.Errorf("the text of an unknown field changed:\n%s", data)
	}
}

// missing returns the places of want that got has not, or has otherwise. Who
// saved, and when, and the last scene, may change.
func missing(at string, want, got any) []string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{at}
		}
		var lost []string
		for name, v := range w {
			switch at + "/" + name {
			case "/labo", "/saved":
				continue
			}
			lost = append(lost, missing(at+"/"+name, v, g[name])...)
		}
		return lost
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) < len(w) {
			return []string{at}
		}
		var lost []string
		for i, v := range w {
			lost = append(lost, missing(at+"[]", v, g[i])...)
		}
		return lost
	}
	if !cmp.Equal(want, got) {
		return []string{at}
	}
	return nil
}

func write(t *testing.T, home, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(home, fileName), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestANewerMajorIsReadAndNeverWritten(t *testing.T) {
	for name, content := range map[string]string{
		"same shape":  strings.Replace(newerMinor, "1.7", "2.0", 1),
		"other shape": `{"format": "2.0", "steps": {"1": "autrement"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			write(t, home, content)
			var told said
			s := open(t, home, &told)
			known := s.Notebook().Step(1).Scene("bind") != nil
			if known != (name == "same shape") {
				t.Errorf("what can be read was read: %v", known)
			}
			s.Begun(head("autre"))
			if newer, ok := errors.AsType[*NewerError](s.Err()); !ok || newer.Format != "2.0" {
				t.Errorf("Err = %v", s.Err())
			}
			s.Answered("autre", "prediction", answer(0, 1))
			s.Done("autre")
			if err := s.Restart(1); err == nil {
				t.Error("Restart of a newer notebook succeeded")
			}
			s.Close()
			if data, _ := os.ReadFile(filepath.Join(home, fileName)); string(data) != content {
				t.Errorf("the file changed:\n%s", data)
			}
			if len(told) != 1 || !strings.Contains(told[0], "plus récente") {
				t.Errorf("told %q", told)
			}
		})
	}
}

func TestReadOfNothingIsEmpty(t *testing.T) {
	for _, home := range []string{t.TempDir(), filepath.Join(t.TempDir(), "absent", "encore")} {
		book, err := Read(in(home))
		if err != nil || !book.Empty() {
			t.Errorf("Read = %+v, %v", book, err)
		}
		if entries, _ := os.ReadDir(home); len(entries) > 0 {
			t.Errorf("Read left %v", entries)
		}
	}
	if _, err := Read(in("")); !errors.Is(err, files.ErrNoHome) {
		t.Errorf("Read without a home: %v", err)
	}
}

func TestNullsInAnEditedFileAreIgnored(t *testing.T) {
	book, damage, err := parse([]byte(`{"format": "1.0", "steps": [null, {"number": 1, "scenes": [null,
		{"id": "bind", "predictions": [null], "writings": [null], "run": null}]}]}`))
	if err != nil || damage != nil || book.Step(1).Scene("bind") == nil || len(book.Step(1).Scene("bind").Predictions) > 0 {
		t.Errorf("parse = %+v, left out %v, %v", book, damage, err)
	}
}

// FuzzParse: whatever the file holds, reading it does not panic; what was read
// can be shown, is written again, and is then read as the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(newerMinor))
	for _, content := range damaged() {
		f.Add([]byte(content))
	}
	f.Add([]byte(`{"format":"1.0","Format":"1.1","steps":[{"number":1,"scenes":[{"id":"a","run":{"evidence":[{"sockets":{"rows":[{"owner":{"kind":"process"},"timer":{"kind":"x"},"local":{"addr":"::x"}}]},"chart":{"ticks":["1"],"curves":[{"points":[null,2]}]}}]}}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, _, _ := parse(data)
		for _, s := range book.Steps {
			for _, sc := range s.Scenes {
				show(sc)
			}
		}
		book.Format = book.format()
		once, err := book.bytes()
		if err != nil {
			t.Fatal(err)
		}
		again, damage, err := parse(once)
		if err != nil || damage != nil {
			t.Fatalf("left out %v, %v\n%s", damage, err, once)
		}
		twice, err := again.bytes()
		if err != nil || string(twice) != string(once) {
			t.Errorf("%v: saved\n%s\nthen\n%s", err, once, twice)
		}
	})
}

// show turns everything that is kept of a scene into what a stage draws.
func show(sc *Scene) {
	for _, p := range sc.Predictions {
		for _, try := range p.Tries {
			p.Answer(try)
		}
		p.First()
	}
	for _, w := range sc.Writings {
		w.Latest()
		Blocks(w.Question)
	}
	if sc.Run != nil {
		for i := range sc.Run.Evidence {
			sc.Run.Evidence[i].Shown()
		}
		for i := range sc.Run.Events {
			sc.Run.Events[i].Shown()
		}
	}
}

// Every object of the file keeps what it does not know.
func TestEveryObjectEmbedsUnknown(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		switch {
		case of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice:
			walk(of.Elem())
		case of.Kind() == reflect.Struct && of != reflect.TypeFor[time.Time]() && !seen[of]:
			seen[of] = true
			if _, ok := of.FieldByName("Unknown"); !ok {
				t.Errorf("%v does not", of)
			}
			for i := range of.NumField() {
				walk(of.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[Notebook]())
	if len(seen) < 20 {
		t.Errorf("only %d objects seen", len(seen))
	}
}
