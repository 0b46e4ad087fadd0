package notebook

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/evidence"
)

func TestTheNewestTraceOfAProgramIsKept(t *testing.T) {
	home := t.TempDir()
	var told said
	s := open(t, home, &told)
	if !s.Notebook().Empty() {
		t.Fatal("the notebook is not empty")
	}
	s.Traced("serveur.py", titled("serveur.py, en résumé", 1), nil)
	s.Traced("client\x1b.py", titled("client.py, en résumé", 2), nil)
	s.Traced("serveur.py", titled("serveur.py, en résumé", 3), nil)
	s.Close()
	book := reread(t, home)
	if len(told) > 0 || book.Empty() {
		t.Errorf("told %q, empty %v", told, book.Empty())
	}
	var got []string
	for _, n := range book.Traces {
		shown := n.Summary.Shown()
		got = append(got, fmt.Sprint(n.File, " ", n.Tries, " ", shown.Title, " ", shown.Source, " ", shown.Values[0].Text))
		if n.At.IsZero() || !shown.At.Equal(n.At) {
			t.Errorf("%s: traced at %v, measured at %v", n.File, n.At, shown.At)
		}
	}
	want := []string{"serveur.py 2 serveur.py, en résumé sock_diag 3", "client␛.py 1 client.py, en résumé sock_diag 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestTracesAreBounded(t *testing.T) {
	home := t.TempDir()
	var told said
	s := open(t, home, &told)
	for i := range maxTraces + 1 {
		s.Traced(fmt.Sprintf("%d.py", i), evidence.Evidence{Title: "T"}, nil)
	}
	book := reread(t, home)
	if n := len(book.Traces); n != maxTraces || book.Traces[0].File != "1.py" {
		t.Errorf("%d are kept, from %s", n, book.Traces[0].File)
	}
}

// What only an edited file has does no harm.
func TestTracesOfAnEditedFile(t *testing.T) {
	book, damage, err := parse([]byte(`{"format": "1.2", "traces": [null, {"file": "x.py"}]}`))
	if err != nil || damage != nil || len(book.Traces) != 1 {
		t.Errorf("read %+v, %v", book, err)
	}
}
