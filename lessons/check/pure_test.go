package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	if newDiff("pareil", "pareil") != nil {
		t.Error("the same texts differ")
	}
	d := newDiff("[Client] été", "[Client] b'\xc3\xa9t\xc3\xa9'")
	expected, actual := d.Rows()
	want := DiffRow{Text: "nt] été", Hex: "6e 74 5d 20 c3 a9 74 c3 a9", Caret: 12, Cut: "5\u00a0octets avant"}
	if diff := cmp.Diff(want, expected); diff != "" {
		t.Errorf("expected side (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(actual.Hex[actual.Caret:], "62 27") {
		t.Errorf("the caret is not under b': %q at %d", actual.Hex, actual.Caret)
	}
}

// The caret stands under the first different byte, and what is not shown is
// counted, whatever the two sides are.
func FuzzDiff(f *testing.F) {
	f.Add("un", "deux")
	f.Add("été", "\xc3")
	f.Add("", "x")
	f.Add(strings.Repeat("a", 1023)+"é", strings.Repeat("a", 1023)+"\xef\xbf\xbd")
	f.Fuzz(func(t *testing.T, a, b string) {
		d := newDiff(a, b)
		if d == nil {
			if a != b {
				t.Fatal("no difference found")
			}
			return
		}
		if a[:d.At] != b[:d.At] || d.At < len(a) && d.At < len(b) && a[d.At] == b[d.At] {
			t.Fatalf("the first difference of %q and %q is not at %d", a, b, d.At)
		}
		for _, row := range func() []DiffRow { x, y := d.Rows(); return []DiffRow{x, y} }() {
			if strings.ContainsAny(row.Text, "\n\x1b") {
				t.Fatalf("not made visible: %q", row.Text)
			}
			if row.Caret < 0 || row.Caret > len(row.Hex)+1 {
				t.Fatalf("caret %d outside %q", row.Caret, row.Hex)
			}
		}
	})
}

func TestTraceback(t *testing.T) {
	for name, tc := range map[string]struct {
		stderr string
		want   *Traceback
	}{
		"nothing": {"[labo] rien à signaler\nError: not one of Python's\n", nil},
		"own line": {"Traceback (most recent call last):\n  File \"serveur.py\", line 26, in <module>\n    message = connexion.recv(1024).decode()\n              ^^^^^^\nUnicodeDecodeError: 'utf-8' codec can't decode\n",
			&Traceback{File: "serveur.py", Line: 26, Code: "message = connexion.recv(1024).decode()", Error: "UnicodeDecodeError: 'utf-8' codec can't decode", Count: 1}},
		"own line under the library's": {"Traceback (most recent call last):\n  File \"/tp/serveur.py\", line 3, in <module>\n    import outils\n  File \"/usr/lib/python3/threading.py\", line 99, in run\n    self._target()\nOSError: [Errno 9] Bad file descriptor\n",
			&Traceback{File: "/tp/serveur.py", Line: 3, Code: "import outils", Error: "OSError: [Errno 9] Bad file descriptor", Count: 1}},
		"syntax": {"  File \"serveur.py\", line 18\n    while True\n              ^\nSyntaxError: expected ':'\n",
			&Traceback{File: "serveur.py", Line: 18, Code: "while True", Error: "SyntaxError: expected ':'", Count: 1}},
		"the last of two": {"Traceback (most recent call last):\n  File \"serveur.py\", line 1, in <module>\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"serveur.py\", line 4, in <module>\n    a()\nValueError\n",
			&Traceback{File: "serveur.py", Line: 4, Code: "a()", Error: "ValueError", Count: 2}},
		"Windows": {"Traceback (most recent call last):\r\n  File \"C:\\tp\\serveur.py\", line 2, in <module>\r\n    x\r\nNameError: name 'x' is not defined\r\n",
			&Traceback{File: `C:\tp\serveur.py`, Line: 2, Code: "x", Error: "NameError: name 'x' is not defined", Count: 1}},
	} {
		if diff := cmp.Diff(tc.want, parseTraceback(tc.stderr, "serveur.py")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func FuzzTraceback(f *testing.F) {
	f.Add(tracebackHead + "\n  File \"a.py\", line 1\n    x\nE: y\n")
	f.Add("SyntaxError: ")
	f.Fuzz(func(t *testing.T, s string) { parseTraceback(s, "a.py") })
}

func TestRoleOfName(t *testing.T) {
	for name, want := range map[string]Role{
		"serveur.py": Server, "client.py": Client, "SERVEUR2.PY": Server2, "tp/client2.py": Client2,
		"mon_serveur.py": Server, "mon-client2.py": Client2, "Server.java": Server, "server2": Server2,
		"tp1.py": NoRole, "client_serveur.py": NoRole, "clients.py": NoRole, "serveur3.py": NoRole, "": NoRole,
	} {
		if got := RoleOfName(name); got != want {
			t.Errorf("RoleOfName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestParsePython(t *testing.T) {
	p, err := parsePython("py -3", "3 12 C:\\Program Files\\Python\\python.exe\r\n")
	if want := (Python{Command: "py -3", Path: `C:\Program Files\Python\python.exe`, Major: 3, Minor: 12}); err != nil || p != want {
		t.Errorf("got %+v, %v", p, err)
	}
	for _, bad := range []string{"", "Python 2.7.18", "3 x /usr/bin/python", "3 11 "} {
		if _, err := parsePython("python", bad); err == nil {
			t.Errorf("%q was taken for an answer", bad)
		}
	}
}

// Every check has all its words, every section of words belongs to a check,
// and needs name earlier checks of the same role.
func TestEveryCheckHasItsWords(t *testing.T) {
	words, err := parseWords(wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, role := range Roles {
		before := map[string]bool{}
		for _, c := range catalog(role) {
			known[c.ID] = true
			w := words[c.ID]
			if w.Title == "" || w.Idea == "" || w.Hints[0] == "" || w.Hints[1] == "" || w.Hints[2] == "" {
				t.Errorf("%s lacks words: %+v", c.ID, w)
			}
			if !strings.HasSuffix(w.Hints[0], "?") {
				t.Errorf("%s: the first hint is no question: %q", c.ID, w.Hints[0])
			}
			for _, need := range c.Needs {
				if !before[need] {
					t.Errorf("%s of %s needs %s, which does not come before it", c.ID, role, need)
				}
			}
			if before[c.ID] {
				t.Errorf("%s twice for %s", c.ID, role)
			}
			before[c.ID] = true
		}
		decided := map[string]int{}
		for _, s := range scenarios(role) {
			for _, id := range s.checks {
				decided[id]++
			}
		}
		for id := range before {
			if decided[id] != 1 {
				t.Errorf("%d runs decide %s of %s", decided[id], id, role)
			}
		}
	}
	for section, w := range words {
		id, _, _ := strings.Cut(section, "/")
		if id == "cause" && (w.Idea == "" || slices.Contains(w.Hints[:], "") || !strings.HasSuffix(w.Hints[0], "?")) {
			t.Errorf("%s lacks words: %+v", section, w)
		}
		if !known[id] && id != "cause" {
			t.Errorf("words for %q, which is no check", section)
		}
	}
}

func TestParseWordsRefuses(t *testing.T) {
	for _, bad := range []string{"## a : t\n## a : t\n", "## a : t\nidée : x\nidée : y\n", "## a : t\nautre : x\n", "## a : t\nune ligne\n"} {
		if _, err := parseWords(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestInPieces(t *testing.T) {
	const tag, word = "[Client]", "jardin 3079"
	for _, tc := range []struct {
		transcript string
		gaps       int
		want       bool
	}{
		{"[Client] jar\n[Client] din 3079\n[Serveur] Fin de la communication.\n", 1, true},
		{"[Client] jardin\n[Client] 3079\n[Client] a quitté la conversation.\n", 1, true},
		{"[Client] jardin\n[Client] 3079\n", 1, true}, // cut at the space, which is gone
		{"[Serveur >>>] [Client] jardin 3079\n>>> [Client] ex\n[Client] it\n", 1, true},
		{"[Client] j\n[Client] ar\n[Client] din 3079\n[Client] exit\n", 2, true},
		{"[Client] j\n[Client] a\n[Client] r\n[Client] d\n[Client] in 3079\n", 1, false},
		{"[Client] jar\n", 1, false},
		{"", 3, false},
	} {
		if got := inPieces(tc.transcript, tag, word, tc.gaps); got != tc.want {
			t.Errorf("inPieces(%q, %d gaps) = %v", tc.transcript, tc.gaps, got)
		}
	}
}

// The loops around a line are those that it stands in, in its own function.
func TestLoopsAround(t *testing.T) {
	lines := strings.Split("a = 1\nwhile True:\n    b()\n\n    if b:\n# note\n        c()\n    for x in y:\n        d()\nend()\ndef f():\n    g()\n    while h(): i()", "\n")
	for at, want := range map[int][]int{1: nil, 2: {2}, 3: {2}, 7: {2}, 8: {8, 2}, 9: {8, 2}, 10: nil, 12: nil, 13: {13}, 99: nil} {
		if got := loopsAround(lines, at); !slices.Equal(got, want) {
			t.Errorf("line %d: %v, want %v", at, got, want)
		}
	}
}
