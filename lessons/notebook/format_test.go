package notebook

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newerMinor was written by a release that knows more, at every level.
const newerMinor = `{
  "format": "1.7", "labo": "v9", "begun": "2026-11-22T14:02:07Z", "saved": "2026-11-22T14:02:07Z", "theme": {"a": [1, 2.50, "<&>"]},
  "steps": [
    {"number": 1, "title": "Un serveur simple", "mood": "gai", "scenes": [
      {"id": "bind", "title": "Titre", "begun": "2026-11-22T14:02:07Z", "plays": 0, "color": "vert",
       "predictions": [{"part": "prediction", "question": ["?"], "options": [], "weight": 3,
         "tries": [{"at": "2026-11-22T14:02:07Z", "chosen": null, "right": null, "sure": true}]}],
       "writings": [{"part": "reponse", "question": [], "note": 12, "versions": [{"at": "2026-11-22T14:02:07Z", "text": "x", "by": "moi"}]}],
       "run": {"begun": "2026-11-22T14:02:07Z", "ended": "2026-11-22T14:02:08Z", "cpu": 2,
         "evidence": [{"title": "T", "at": "2026-11-22T14:02:07Z", "source": "s", "sound": "bip"}],
         "events": [{"at": "2026-11-22T14:02:07Z", "what": "w", "from": "router", "span": [1]}]}},
      {"id": "scene-inconnue", "title": "Demain", "begun": "2026-11-22T14:02:07Z", "plays": 3}]},
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
			if newer, ok := errors.AsType[*NewerError](s.Err()); !ok || newer.Format != "2.0" {
				t.Errorf("Err = %v", s.Err())
			}
			known := s.Notebook().Step(1).Scene("bind") != nil
			if known != (name == "same shape") {
				t.Errorf("what can be read was read: %v", known)
			}
			s.Begun(head("autre"))
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

// damaged are contents that are no notebook.
func damaged() map[string]string {
	contents := map[string]string{
		"empty": "", "zeros": strings.Repeat("\x00", 4096), "list": "[]", "null": "null", "number": "12",
		"no format": `{"steps": []}`, "format": `{"format": "un"}`, "format zero": `{"format": "0.1"}`,
		"types": `{"format": "1.0", "steps": [{"number": "un"}]}`, "half": newerMinor[:len(newerMinor)/2],
		"tail": newerMinor + "x", "deep": strings.Repeat("[", 1<<17),
	}
	return contents
}

func TestADamagedFileIsSetAside(t *testing.T) {
	for name, content := range damaged() {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			write(t, home, content)
			if _, err := Read(in(home)); !isDamaged(err) {
				t.Errorf("Read: %v, want a DamagedError", err)
			}
			var told said
			s := open(t, home, &told)
			s.Begun(head("bind"))
			s.Close()
			found := asides(home)
			if len(found) != 1 {
				t.Fatalf("set aside: %q", found)
			}
			if kept, err := os.ReadFile(found[0]); err != nil || string(kept) != content {
				t.Errorf("the file that was set aside is not the damaged one: %v", err)
			}
			if len(told) != 1 || !strings.Contains(told[0], found[0]) {
				t.Errorf("told %q", told)
			}
			if reread(t, home).Step(1).Scene("bind") == nil {
				t.Error("the new notebook was not saved")
			}
		})
	}
}

func isDamaged(err error) bool { _, ok := errors.AsType[*DamagedError](err); return ok }

func TestSettingAsideOverwritesNothing(t *testing.T) {
	home := t.TempDir()
	for _, content := range []string{"premier", "deuxième", "troisième"} {
		write(t, home, content)
		open(t, home, &said{}).Close() // the clock begins anew: the date is the same
	}
	var got []string
	for _, path := range asides(home) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(data))
	}
	if diff := cmp.Diff([]string{"deuxième", "troisième", "premier"}, got); diff != "" { // …-2, …-3, and the one without a number
		t.Errorf("set aside (-want +got):\n%s", diff)
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
	if _, err := Read(in("")); !errors.Is(err, ErrNoHome) {
		t.Errorf("Read without a home: %v", err)
	}
}

func TestNullsInAnEditedFileAreIgnored(t *testing.T) {
	book, err := parse([]byte(`{"format": "1.0", "steps": [null, {"number": 1, "scenes": [null,
		{"id": "bind", "predictions": [null], "writings": [null], "run": null}]}]}`))
	if err != nil || book.Step(1).Scene("bind") == nil || len(book.Step(1).Scene("bind").Predictions) > 0 {
		t.Errorf("parse = %+v, %v", book, err)
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
		book, err := parse(data)
		if book == nil {
			if err == nil {
				t.Fatal("no notebook and no error")
			}
			return
		}
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
		again, err := parse(once)
		if err != nil {
			t.Fatalf("%v\n%s", err, once)
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
