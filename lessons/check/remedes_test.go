package check

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// cure is a remedy of mots.md applied to a program of the sheet: what is put in
// the place of what.
type cure struct {
	id    string
	role  Role
	edits [][2]string
}

const (
	recvLine = "    message = connexion.recv(TAILLE).decode()\n"
	sendLine = "    client.sendall(message.encode())  # encode() : du texte vers des octets\n"
	bindLine = "serveur.bind((HOTE, PORT))\n"
	loopLine = "while True:\n"
	shown    = "    if message.lower() == \"exit\":\n        print(\"[Serveur] Fin de la communication.\")\n        break\n    print(f\"[Client] {message}\")\n"
)

// byLines is the remedy of two challenges.
var byLines = [][2]string{
	{loopLine, "texte = \"\"\nwhile True:\n"},
	{recvLine, "    texte += connexion.recv(1024).decode()\n    *lignes, texte = texte.split(\"\\n\")\n"},
	{shown, "    for message in lignes:\n" + indent(shown) + "    if \"exit\" in (m.lower() for m in lignes): break\n"},
}

var sendCaught = [][2]string{{sendLine, "    try:\n        client.sendall(message.encode())\n    except OSError:\n        print(\"Le serveur est parti.\")\n        break\n"}}

var cures = []cure{
	{"depart", Server, [][2]string{{recvLine, "    donnees = connexion.recv(1024)\n    if not donnees:\n        break\n    message = donnees.decode()\n"}}},
	{"reset", Server, [][2]string{{recvLine, "    try:\n    " + recvLine + "    except OSError:\n        print(\"Le client est parti.\")\n        break\n"}}},
	{"coupe", Server, [][2]string{
		{"import socket\n", "import codecs\nimport socket\n"},
		{loopLine, "decodeur = codecs.getincrementaldecoder(\"utf-8\")(\"replace\")\nwhile True:\n"},
		{recvLine, "    message = decodeur.decode(connexion.recv(1024))\n    if not message: continue\n"},
	}},
	{"invalides", Server, [][2]string{{".decode()", `.decode("utf-8", errors="replace")`}}},
	{"colles", Server, byLines},
	{"octets", Server, byLines},
	{"relance", Server, [][2]string{{bindLine, "serveur.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n" + bindLine}}},
	{"second", Server, [][2]string{
		{"import socket\n", "import socket\nimport threading\n"},
		{"connexion, adresse = serveur.accept()\nprint(f\"[Serveur] Connexion de {adresse}\")\n", ""},
		{loopLine + recvLine + shown, "def servir(connexion):\n" + indent(loopLine+recvLine+shown) + "    connexion.close()\n\n" +
			"while True:\n    connexion, adresse = serveur.accept()\n    print(f\"[Serveur] Connexion de {adresse}\")\n" +
			"    threading.Thread(target=servir, args=(connexion,)).start()\n"},
	}},
	{"navigateur", Server, [][2]string{{recvLine, recvLine + "    if message.startswith(\"GET \"):\n" +
		`        connexion.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")` + "\n        break\n"}}},
	{"personne", Client, [][2]string{{"client.connect((HOTE, PORT))\n",
		"try:\n    client.connect((HOTE, PORT))\nexcept OSError:\n    raise SystemExit(\"Pas de serveur sur ce port.\")\n"}}},
	{"serveur-meurt", Client, sendCaught},
	{"reset", Client, sendCaught},
	{"frontiere", Client, [][2]string{{"client.sendall(message.encode())", `client.sendall(message.encode() + b"\n")`}}},
	{"fin-entree", Client, [][2]string{{"    message = input(\">>> \")\n",
		"    try:\n        message = input(\">>> \")\n    except EOFError:\n        message = \"exit\"\n"}}},
}

func indent(block string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(block, "\n"), "\n", "\n    ") + "\n"
}

// quotedCode is what a remedy says to write.
var quotedCode = regexp.MustCompile("`([^`]+)`")

// Each remedy, applied as it is written, makes its check pass, and the sheet's
// level still passes.
func TestEveryRemedyWorks(t *testing.T) {
	t.Parallel()
	py := python(t)
	done := map[string]bool{}
	for _, c := range cures {
		done[c.id] = true
		t.Run(c.id+"/"+c.role.String(), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile("../atelier/fichiers/" + c.role.String() + ".py")
			if err != nil {
				t.Fatal(err)
			}
			program := string(b)
			for _, e := range c.edits {
				if !strings.Contains(program, e[0]) {
					t.Fatalf("the program has no %q", e[0])
				}
				program = strings.Replace(program, e[0], e[1], 1)
			}
			for _, code := range quotedCode.FindAllStringSubmatch(WordsOf(c.id, "").Hints[2], -1) {
				if !strings.Contains(program, code[1]) && !slices.Contains(IDs(c.role), code[1]) {
					t.Errorf("%q of the remedy is not in the program", code[1])
				}
			}
			file := filepath.Join(t.TempDir(), c.role.String()+".py")
			if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
				t.Fatal(err)
			}
			only := []string{c.id}
			for _, check := range catalog(c.role) {
				if check.Level == Sheet {
					only = append(only, check.ID)
				}
			}
			d := judged(t, Config{File: file, Role: c.role, Python: py, Seed: 7, Only: only})
			for _, check := range d.Checks {
				if check.Verdict == "failed" || check.ID == c.id && check.Verdict != "passed" {
					t.Errorf("not cured:\n%s", report(d))
					break
				}
			}
		})
	}
	for _, role := range []Role{Server, Client} {
		for _, c := range challenges(role) {
			if !done[c.ID] {
				t.Errorf("the remedy of %s is not tried", c.ID)
			}
		}
	}
}
