package check

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What faulthandler wrote, the last line cut short: Python 3.11, in join().
func TestParseStack(t *testing.T) {
	const written = "Stack (most recent call first):\n" +
		"  File \"/usr/lib/python3.11/threading.py\", line 1119 in join\n" +
		"!9 10 ValueError: x\n" +
		"  File \"serveur2.py\", line 26 in <module>\n"
	want := []frame{{"/usr/lib/python3.11/threading.py", 1119, "join"}, {"serveur2.py", 26, "<module>"}}
	if diff := cmp.Diff(want, parseStack(written)); diff != "" || !whole(parseStack(written)) {
		t.Errorf("-want +got:\n%s", diff)
	}
	if cut := parseStack(written[:len(written)-1]); len(cut) != 1 || whole(cut) {
		t.Errorf("cut short: %+v", cut)
	}
}

func TestParseHidden(t *testing.T) {
	const written = "!13 14 TypeError: can only concatenate str\n  File \"a.py\", line 1 in f\n!x 1 KeyError: 1\n!7 9 OSError: [Errno 9]\n"
	want := []Hidden{{13, 14, "TypeError: can only concatenate str"}, {7, 9, "OSError: [Errno 9]"}}
	if diff := cmp.Diff(want, parseHidden(written)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func FuzzLedger(f *testing.F) {
	f.Add("Stack (most recent call first):\n  File \"a.py\", line 1 in <module>\n!1 2 E: x\n")
	f.Fuzz(func(t *testing.T, s string) {
		whole(parseStack(s))
		parseHidden(s)
	})
}

// What the program says last is its own: a warning that labo asked Python for is
// shown where there is nothing else.
func TestTheLastErrorIsTheProgramsOwn(t *testing.T) {
	warning := "sys:1: ResourceWarning: unclosed <socket.socket fd=3>\nResourceWarning: Enable tracemalloc\n"
	for written, want := range map[string]string{
		"TimeoutError: timed out\n" + warning:                                   "TimeoutError: timed out",
		"Fatal Python error: x\nPython runtime state: y\n  <no Python frame>\n": "Fatal Python error: x",
		"au revoir\n\n": "au revoir",
		warning:         "ResourceWarning: Enable tracemalloc",
		"":              "",
	} {
		if got := (&Evidence{Errors: written}).LastError(); got != want {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}

// The commonest errors of Python, and what is said of them.
func TestMeanings(t *testing.T) {
	j := &judge{Config: Config{File: "testdata/casses/serveur_udp.py"}}
	j.command, _ = commandOf(j.Config)
	for failed, want := range map[string]string{
		"SyntaxError: invalid character '’' (U+2019)":                               "guillemets",
		"SyntaxError: invalid non-printable character U+00A0":                       "espace insécable",
		"TypeError: socket.bind() takes exactly one argument (2 given)":             "doublez les parenthèses",
		"TypeError: a bytes-like object is required, not 'str'":                     ".encode()",
		"TypeError: can only concatenate str (not \"bytes\") to str":                ".decode()",
		"IndentationError: expected an indented block after 'while' statement":      "quatre espaces",
		"SyntaxError: Missing parentheses in call to 'print'. Did you mean print?":  "Python 2",
		"NameError: name 'raw_input' is not defined":                                "Python 2",
		"AttributeError: 'tuple' object has no attribute 'recv'":                    "couple",
		"AttributeError: module 'socket' has no attribute 'sockett'":                "sockett",
		"OSError: [Errno 107] Transport endpoint is not connected":                  "n'est connecté à personne",
		"NameError: name 'prisse' is not defined":                                   "le programme a « prise »",
		"UnboundLocalError: cannot access local variable 'mot' where it is not set": "« mot »",
		"SyntaxError: invalid syntax":                                               "ne sait pas lire cette ligne",
		"SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?": "pour comparer",
		"SyntaxError: unmatched ')'":                                                "un « ) » ferme",
		"ZeroDivisionError: division by zero":                                       "",
	} {
		got := j.meaning(&Traceback{File: "serveur_udp.py", Error: failed})
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q", failed, got)
		}
	}
}
