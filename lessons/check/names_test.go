package check

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"labo/probe/probetest"
)

// sheetFile writes a program of the sheet under another name, and returns where.
func sheetFile(t *testing.T, program, name string) string {
	t.Helper()
	b, err := os.ReadFile("../atelier/fichiers/" + program)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A name that begins like an option is judged as any other.
func TestANameThatLooksLikeAnOption(t *testing.T) {
	t.Parallel()
	d := judged(t, Config{File: sheetFile(t, "serveur.py", "-serveur.py"), Python: python(t), Seed: 7, Only: []string{"code"}})
	if d.Role != "serveur" || d.Failed+d.NotChecked > 0 {
		t.Errorf("role %s:\n%s", d.Role, report(d))
	}
}

// A program is judged for what it does, whatever its name says.
func TestWhatItDoesWinsOverItsName(t *testing.T) {
	t.Parallel()
	py := python(t)
	for name, program := range map[string]string{
		"serveur.py": "client.py", "client.py": "serveur.py", "mon_serveur.py": "serveur2.py", "mon_client.py": "client2.py",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := judged(t, Config{File: sheetFile(t, program, name), Python: py, Seed: 7, Only: []string{"exit"}})
			if d.Role+".py" != program || d.Failed+d.NotChecked > 0 {
				t.Errorf("%s is taken for %s:\n%s", program, d.Role, report(d))
			}
		})
	}
}

// A module of the program's own that hides Python's is the cause that is told.
func TestAHiddenModuleIsTheCause(t *testing.T) {
	t.Parallel()
	file := sheetFile(t, "serveur.py", "serveur.py")
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "socket.py"), []byte("essai = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := judged(t, Config{File: file, Python: python(t), Seed: 7, Only: []string{"demarre"}})
	if said := saidOf(d, "demarre"); !strings.Contains(said, "« socket.py », à côté de votre programme") {
		t.Errorf("said: %q", said)
	}
}

// A crash before a program shows any role is told with it.
func TestACrashBeforeTheRoleIsKnown(t *testing.T) {
	t.Parallel()
	py := python(t)
	file := filepath.Join(t.TempDir(), "essai.py")
	if err := os.WriteFile(file, []byte("import socket\nprint(hote)\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Judge(t.Context(), Config{File: file, Python: py, Port: freePort(t)})
	var unknown *UnknownRoleError
	if !errors.As(err, &unknown) || unknown.Crash == nil || unknown.Crash.Traceback == nil || unknown.Crash.Traceback.Line != 2 ||
		!strings.Contains(unknown.Crash.Cause, "« hote » n'existe pas") {
		t.Errorf("error: %v", err)
	}
}

// So is the exit() that ends one, with its line.
func TestAnExitBeforeTheRoleIsKnown(t *testing.T) {
	t.Parallel()
	py := python(t)
	l := newLedger("")
	if l == nil {
		probetest.Elsewhere(t, "no ledger on this system")
	}
	l.free()
	file := filepath.Join(t.TempDir(), "essai.py")
	for _, c := range []struct{ source, says string }{
		{"import socket\ns = socket.socket()\nexit()\ns.listen(1)\n", "la ligne 3, « exit() », arrête tout le programme"},
		{"import sys\ndef fin():\n    sys.exit('adieu')\nfin()\n", "la ligne 3, « sys.exit('adieu') », arrête le programme avec le code 1 et ces mots, sur sa sortie d'erreur : « adieu »"},
		{"try:\n    exit()\nexcept SystemExit:\n    pass\n", ""},
	} {
		if err := os.WriteFile(file, []byte(c.source), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Judge(t.Context(), Config{File: file, Python: py, Port: freePort(t)})
		var unknown *UnknownRoleError
		if !errors.As(err, &unknown) || unknown.Crash == nil {
			t.Fatalf("error: %v", err)
		}
		if said := unknown.Crash.Cause; !strings.HasPrefix(said, c.says) || c.says == "" && strings.Contains(said, "arrête") {
			t.Errorf("%q: said %q, want %q", c.source, said, c.says)
		}
	}
}

// A program of another language keeps back what it prints to a pipe: it is judged
// by what a terminal shows.
func TestACompiledProgramHasATerminal(t *testing.T) {
	t.Parallel()
	if !hasTerminals {
		probetest.Elsewhere(t, "no pseudo-terminal on this system")
	}
	probetest.Need(t, "cc")
	const source = `#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
int main(void) {
  struct sockaddr_in ici = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  char mot[1025];
  long n;
  int ecoute = socket(AF_INET, SOCK_STREAM, 0), client;
  ici.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(ecoute, (struct sockaddr *)&ici, sizeof ici) || listen(ecoute, 1)) return 1;
  puts("Prêt.");
  client = accept(ecoute, NULL, NULL);
  while ((n = read(client, mot, 1024)) > 0) {
    mot[n] = 0;
    if (strcasecmp(mot, "exit") == 0) break;
    printf("[Client] %s\n", mot);
  }
  close(client);
  close(ecoute);
  return 0;
}
`
	dir, port := t.TempDir(), freePort(t)
	program := filepath.Join(dir, "serveur")
	if err := os.WriteFile(program+".c", []byte(strings.ReplaceAll(source, "PORT", strconv.Itoa(int(port)))), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cc", "-o", program, program+".c").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	r, err := Judge(t.Context(), Config{Argv: []string{program}, Role: Server, Port: port, Seed: 7, Only: sheetIDs(Server)})
	if err != nil {
		t.Fatal(err)
	}
	if d := r.Document(0); d.Failed+d.NotChecked > 0 {
		t.Errorf("verdicts:\n%s", report(d))
	}
}

// The tale tells what was done, in the words that do it again.
func TestTheTaleTellsWhatWasDone(t *testing.T) {
	t.Parallel()
	py, dir, port := python(t), t.TempDir(), freePort(t)
	if err := copyFolder("../atelier/fichiers", dir, port); err != nil {
		t.Fatal(err)
	}
	r, err := Judge(t.Context(), Config{File: filepath.Join(dir, "client.py"), Python: py, Port: port, Seed: 7, Only: []string{"exit"}})
	if err != nil {
		t.Fatal(err)
	}
	tale := strings.Join(r.Tale, "\n")
	for _, want := range []string{"Essai de demarre", "lance : ", `tape "exit\n"`, "`exit` : réussi"} {
		if !strings.Contains(tale, want) {
			t.Errorf("no %q in:\n%s", want, tale)
		}
	}
}

func sheetIDs(r Role) (ids []string) {
	for _, c := range catalog(r) {
		if c.Level == Sheet {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
