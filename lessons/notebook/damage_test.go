package notebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/text"
)

// unreadable are contents of which nothing is a notebook.
func unreadable() map[string]string {
	return map[string]string{
		"empty": "", "zeros": strings.Repeat("\x00", 4096), "list": "[]", "null": "null", "number": "12", "text": "abîmé",
		"deep": strings.Repeat("[", 1<<17),
	}
}

// damaged are contents of which a part is one.
func damaged() map[string]string {
	return map[string]string{
		"no format": `{"steps": []}`, "format": `{"format": "un"}`, "format zero": `{"format": "0.1"}`,
		"types": `{"format": "1.0", "steps": [{"number": "un"}]}`, "half": newerMinor[:len(newerMinor)/2],
		"tail": newerMinor + "x", "twice": `{"format": "1.0", "steps": [], "steps": []}`, "deeper": `{"format": "1.0", "steps": ` + strings.Repeat("[", 1<<17),
	}
}

// asDamaged reads a file that must be damaged.
func asDamaged(t *testing.T, home string) (*Notebook, *DamagedError) {
	t.Helper()
	book, err := Read(in(home))
	damage, ok := errors.AsType[*DamagedError](err)
	if !ok {
		t.Fatalf("Read: %v, want a DamagedError", err)
	}
	return book, damage
}

// What could not be read is copied before anything is written, and told once.
func TestADamagedFileIsKeptBeside(t *testing.T) {
	for _, contents := range []map[string]string{unreadable(), damaged()} {
		for name, content := range contents {
			t.Run(name, func(t *testing.T) {
				home := t.TempDir()
				write(t, home, content)
				if _, damage := asDamaged(t, home); len(asides(home)) > 0 || !strings.Contains(Words(damage), "--reparer") {
					t.Errorf("reading left %q, says %s", asides(home), Words(damage))
				}
				var told said
				s := open(t, home, &told)
				s.Begun(head("bind"))
				s.Done("bind")
				s.Close()
				found := asides(home)
				if len(found) != 1 {
					t.Fatalf("kept beside: %q", found)
				}
				if kept, err := os.ReadFile(found[0]); err != nil || string(kept) != content {
					t.Errorf("the file that was kept is not the damaged one: %v", err)
				}
				if len(told) != 1 || !strings.Contains(told[0], found[0]) {
					t.Errorf("told %q", told)
				}
				if !reread(t, home).Step(1).Scene("bind").IsDone() {
					t.Error("the notebook was not saved")
				}
			})
		}
	}
}

func TestKeepingBesideOverwritesNothing(t *testing.T) {
	home := t.TempDir()
	for _, content := range []string{"premier", "deuxième", "troisième", "premier"} {
		write(t, home, content)
		if damage, err := open(t, home, &said{}).Repair(); damage == nil || err != nil { // the clock begins anew: the date is the same
			t.Fatal(err)
		}
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
		t.Errorf("kept beside (-want +got):\n%s", diff)
	}
}

// A notebook that is not damaged is not touched by Repair but for who saved it.
func TestRepairOfAWholeNotebookKeepsIt(t *testing.T) {
	home := t.TempDir()
	write(t, home, newerMinor)
	if damage, err := open(t, home, &said{}).Repair(); err != nil || damage != nil || len(asides(home)) > 0 {
		t.Errorf("%v, %v, beside %q", err, damage, asides(home))
	}
	if lost := missing("", decoded(t, newerMinor), savedIn(t, home)); len(lost) > 0 {
		t.Errorf("lost %q", lost)
	}
}

func decoded(t *testing.T, content string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(content), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func savedIn(t *testing.T, home string) any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(home, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, string(data))
}

// mutation is one field or item of a notebook, changed.
type mutation struct {
	at   string
	file any  // the whole file with it
	want any  // what must still be read; nil: all of file
	torn bool // something cannot be read
}

// mutations changes each value that stands in v in each way. whole builds the
// file around what stands there.
func mutations(at string, v any, known bool, whole func(any) any) (all []mutation) {
	wrong := any("de travers")
	if _, isText := v.(string); isText || v == nil {
		wrong = 7.5
	}
	if known {
		all = append(all, mutation{at: at + " null", file: whole(nil), torn: false},
			mutation{at: at + " wrong", file: whole(wrong), want: whole(nil), torn: true})
	}
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			with := func(put func(map[string]any)) any {
				o := map[string]any{}
				for k, x := range v {
					o[k] = x
				}
				put(o)
				return whole(o)
			}
			all = append(all, mutations(at+"/"+name, value, known && !strangers[name],
				func(x any) any { return with(func(o map[string]any) { o[name] = x }) })...)
			if known && !strangers[name] {
				all = append(all, mutation{at: at + "/" + name + " missing", file: with(func(o map[string]any) { delete(o, name) }), torn: at+name == "format"})
			}
		}
	case []any:
		for i, value := range v {
			all = append(all, mutations(fmt.Sprint(at, "[", i, "]"), value, known, func(x any) any {
				list := slices.Clone(v)
				list[i] = x
				return whole(list)
			})...)
		}
	}
	return all
}

// strangers are the fields of newerMinor that this release does not know: any
// value of them is right.
var strangers = map[string]bool{"theme": true, "mood": true, "color": true, "weight": true, "sure": true, "note": true, "by": true, "cpu": true,
	"sound": true, "span": true, "stars": true, "grade": true, "colour": true, "depth": true, "why": true, "unit": true, "hidden": true, "scope": true,
	"probes": true, "congestion": true, "group": true, "uid": true, "scale": true, "dash": true}

// blank removes what says nothing: null, zero values and empty lists, and the
// fields that every save changes.
func blank(at string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		o := map[string]any{}
		for name, x := range v {
			if at == "" && slices.Contains([]string{"format", "labo", "begun", "saved"}, name) {
				continue
			}
			if x = blank(at+"/"+name, x); x != nil {
				o[name] = x
			}
		}
		if len(o) == 0 && at != "" {
			return nil
		}
		return o
	case []any:
		var list []any
		for _, x := range v {
			if x = blank(at, x); x != nil {
				list = append(list, x)
			}
		}
		if list == nil {
			return nil
		}
		return list
	case string:
		if v == "" || v == "0001-01-01T00:00:00Z" {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	}
	return v
}

// Whatever one field holds, all others are read and saved again, and the file
// as it was stands beside whenever something was left out.
func TestOneFieldOfTheWrongShapeCostsThatField(t *testing.T) {
	all := mutations("", decoded(t, newerMinor), true, func(v any) any { return v })
	if len(all) < 300 {
		t.Fatalf("only %d mutations: little was proved", len(all))
	}
	for _, m := range all {
		file, err := json.Marshal(m.file)
		if err != nil {
			t.Fatal(err)
		}
		home := t.TempDir()
		write(t, home, string(file))
		damage, err := open(t, home, &said{}).Repair()
		if err != nil {
			t.Fatalf("%s: %v", m.at, err)
		}
		kept := asides(home)
		if m.torn != (len(kept) == 1) || m.torn != (damage != nil) {
			if !strings.HasPrefix(m.at, "/format") && m.at != " null" {
				t.Errorf("%s: kept beside %q, left out %v", m.at, kept, damage)
			}
		}
		for _, path := range kept {
			if data, err := os.ReadFile(path); err != nil || !bytes.Equal(data, file) {
				t.Errorf("%s: the original is not kept: %v", m.at, err)
			}
		}
		want := m.want
		if !m.torn {
			want = m.file
		}
		if w, ok := blank("", want).(map[string]any); ok {
			if diff := cmp.Diff(any(w), blank("", savedIn(t, home))); diff != "" {
				t.Errorf("%s (-in the file +saved again):\n%s", m.at, diff)
			}
		}
	}
	t.Logf("%d mutations", len(all))
}

// A file that was cut keeps what stands before the cut, at every byte; the
// copy of the save before, where there is one, has the rest too.
func TestAFileThatWasCut(t *testing.T) {
	var whole bytes.Buffer
	if err := json.Compact(&whole, []byte(newerMinor)); err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < whole.Len(); cut++ {
		content := whole.String()[:cut]
		book, damage, err := parse([]byte(content))
		if err != nil || damage == nil {
			t.Fatalf("cut at %d: %v, %v", cut, damage, err)
		}
		for scene, end := range map[string]string{"bind": `{"id":"scene-inconnue"`, "scene-inconnue": `{"number":9`} {
			if strings.Contains(content, end) && book.Step(1).Scene(scene) == nil {
				t.Errorf("cut at %d: scene %s is lost", cut, scene)
			}
		}
		if strings.Contains(content, `"traces"`) && len(book.Judgements) != 1 {
			t.Errorf("cut at %d: the judgement is lost", cut)
		}
		if cut%50 != 0 {
			continue
		}
		home := t.TempDir()
		write(t, home, content)
		if err := os.WriteFile(filepath.Join(home, pastName), []byte(newerMinor), 0o600); err != nil {
			t.Fatal(err)
		}
		_, damage = asDamaged(t, home)
		if what, _ := damage.Words(); !strings.Contains(what, "la copie") {
			t.Errorf("cut at %d: says %s", cut, what)
		}
		if _, err := open(t, home, &said{}).Repair(); err != nil {
			t.Error(err)
		}
		if lost := missing("", decoded(t, newerMinor), savedIn(t, home)); len(lost) > 0 {
			t.Errorf("cut at %d: lost %q", cut, lost)
		}
		if data, err := os.ReadFile(filepath.Join(home, pastName)); err != nil || string(data) != newerMinor {
			t.Errorf("cut at %d: the good copy was replaced by a damaged one", cut)
		}
	}
}

// A copy that has less than what is left of the file gives nothing.
func TestAnOldCopyDoesNotReplaceWhatIsLeft(t *testing.T) {
	home := t.TempDir()
	write(t, home, newerMinor[:len(newerMinor)-2])
	if err := os.WriteFile(filepath.Join(home, pastName), []byte(`{"format": "1.0", "steps": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if book, damage := asDamaged(t, home); book.Step(9) == nil || len(book.Traces) != 1 {
		t.Errorf("read %+v, %v", book, damage)
	}
}

func TestBytesThatAreNoText(t *testing.T) {
	at := strings.Index(newerMinor, "Titre")
	home := t.TempDir()
	content := newerMinor[:at] + "\xff\xc3" + newerMinor[at:]
	write(t, home, content)
	if damage, err := open(t, home, &said{}).Repair(); err != nil || damage == nil || !strings.Contains(damage.Lost[0], "UTF-8") {
		t.Errorf("%v, %v", err, damage)
	}
	want := decoded(t, newerMinor[:at]+"\ufffd\ufffd"+newerMinor[at:])
	if lost := missing("", want, savedIn(t, home)); len(lost) > 0 {
		t.Errorf("lost %q", lost)
	}
	if data, err := os.ReadFile(asides(home)[0]); err != nil || string(data) != content {
		t.Errorf("the original is not kept: %v", err)
	}
}

// The words name what was left out, as a reader knows it.
func TestWhatWasLeftOutIsNamed(t *testing.T) {
	content := strings.NewReplacer(`"sound": "bip"`, `"values": 3`, `"took_ms": 4200`, `"took_ms": "long"`).Replace(newerMinor)
	_, damage, _ := parse([]byte(content))
	want := []string{"étape 1, scène « Titre », mesure « T », « values »", "jugement de serveur.py, « took_ms »"}
	if diff := cmp.Diff(want, damage.Lost); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	damage.Lost = append(damage.Lost, "a", "b", "c")
	if w := strings.ReplaceAll(Words(damage), text.NBSP, " "); !strings.Contains(w, want[0]+" ; "+want[1]+" ; a ; et 2 autres") {
		t.Error(w)
	}
}
