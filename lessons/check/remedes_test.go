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

// The same of the programs that go both ways.
const (
	recvLine2 = "            message = connexion.recv(1024).decode()\n"
	shown2    = `            if not message or message.lower() == "exit":
                print("[Client] a quitté la conversation.")
                print(INVITE, end="", flush=True)
                break
            print(f"[Client] {message}")
            print(INVITE, end="", flush=True)
`
	recvLineC2 = "        message = sock.recv(1024).decode()\n"
	shownC2    = `        if message.lower() == "exit":
            print("[Serveur] a quitté la conversation.")
            print(INVITE, end="", flush=True)
            break
        print(f"[Serveur] {message}")
        print(INVITE, end="", flush=True)
`
	loop2   = "    while True:\n        try:\n            message = connexion"
	loopC2  = "    while True:\n        message = sock"
	imports = "import socket\n"
	sendC2  = "        sock.sendall(message.encode())\n"
)

var byLines2 = [][2]string{
	{loop2, "    texte = \"\"\n" + loop2},
	{recvLine2, "            texte += connexion.recv(1024).decode()\n            *lignes, texte = texte.split(\"\\n\")\n"},
	{shown2, "            for message in lignes:\n" + indent(shown2) + "            if \"exit\" in (m.lower() for m in lignes): break\n"},
}

var byLinesC2 = [][2]string{
	{loopC2, "    texte = \"\"\n" + loopC2},
	{recvLineC2, "        texte += sock.recv(1024).decode()\n        *lignes, texte = texte.split(\"\\n\")\n"},
	{shownC2, "        for message in lignes:\n" + indent(shownC2) + "        if \"exit\" in (m.lower() for m in lignes): break\n"},
}

var sendCaughtC2 = [2]string{sendC2, "        try:\n    " + sendC2 + "        except OSError:\n            print(\"Le serveur est parti.\")\n            break\n"}

var cures2 = []cure{
	{"depart", Server2, [][2]string{{imports, "import os\n" + imports},
		{recvLine2, "            donnees = connexion.recv(1024)\n            if not donnees:\n                os._exit(0)\n            message = donnees.decode()\n"}}},
	{"reset", Server2, [][2]string{{imports, "import os\n" + imports},
		{"        except:", "        except OSError:\n            print(\"Le client est parti.\")\n            os._exit(0)\n        except:"}}},
	{"reset", Client2, [][2]string{{imports, "import os\n" + imports},
		{recvLineC2, "        try:\n    " + recvLineC2 + "        except OSError:\n            print(\"Le serveur est parti.\")\n            os._exit(0)\n"}}},
	{"coupe", Server2, [][2]string{{imports, "import codecs\n" + imports},
		{loop2, "    decodeur = codecs.getincrementaldecoder(\"utf-8\")(\"replace\")\n" + loop2},
		{recvLine2, "            message = decodeur.decode(connexion.recv(1024))\n            if not message: continue\n"}}},
	{"coupe", Client2, [][2]string{{imports, "import codecs\n" + imports},
		{loopC2, "    decodeur = codecs.getincrementaldecoder(\"utf-8\")(\"replace\")\n" + loopC2},
		{recvLineC2, "        message = decodeur.decode(sock.recv(1024))\n        if not message: continue\n"}}},
	{"invalides", Server2, [][2]string{{".decode()", `.decode("utf-8", errors="replace")`}}},
	{"invalides", Client2, [][2]string{{".decode()", `.decode("utf-8", errors="replace")`}}},
	{"colles", Server2, byLines2}, {"octets", Server2, byLines2},
	{"colles", Client2, byLinesC2}, {"octets", Client2, byLinesC2},
	{"frontiere", Server2, [][2]string{{"sendall(message.encode())", `sendall(message.encode() + b"\n")`}}},
	{"frontiere", Client2, [][2]string{{"sendall(message.encode())", `sendall(message.encode() + b"\n")`}}},
	{"relance", Server2, [][2]string{{bindLine, "serveur.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n" + bindLine}}},
	{"second", Server2, [][2]string{
		{"# Ouvrir le port", "def renvoyer():\n    while True:\n        autre, _ = serveur.accept()\n        autre.sendall(\"Occupé.\".encode())\n        autre.close()\n\n\n# Ouvrir le port"},
		{"ecoute.start()\n", "threading.Thread(target=renvoyer, daemon=True).start()\necoute.start()\n"},
	}},
	{"navigateur", Server2, [][2]string{{recvLine2, recvLine2 + "            if message.startswith(\"GET \"):\n" +
		`                connexion.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")` + "\n                break\n"}}},
	{"personne", Client2, [][2]string{{"client.connect((HOTE, PORT))\n",
		"try:\n    client.connect((HOTE, PORT))\nexcept OSError:\n    raise SystemExit(\"Pas de serveur sur ce port.\")\n"}}},
	{"serveur-meurt", Client2, [][2]string{sendCaughtC2, {recvLineC2, recvLineC2 + "        if message == \"\": break\n"}}},
	{"fin-entree", Client2, [][2]string{{"        message = input(INVITE)\n",
		"        try:\n            message = input(INVITE)\n        except EOFError:\n            message = \"exit\"\n"}}},
}

func indent(block string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(block, "\n"), "\n", "\n    ") + "\n"
}

// applied returns the program of the sheet with the edits.
func (c cure) applied(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../atelier/fichiers/" + c.role.String() + ".py")
	if err != nil {
		t.Fatal(err)
	}
	return replaced(t, string(b), c.edits)
}

// replaced returns a program with the edits, each made once.
func replaced(t *testing.T, program string, edits [][2]string) string {
	t.Helper()
	for _, e := range edits {
		if !strings.Contains(program, e[0]) {
			t.Fatalf("the program has no %q", e[0])
		}
		program = strings.Replace(program, e[0], e[1], 1)
	}
	return program
}

// quotedCode is what a remedy says to write; the socket has another name in each
// program.
var (
	quotedCode = regexp.MustCompile("`([^`]+)`")
	socketName = regexp.MustCompile(`\b(?:connexion|client|sock)\.`)
)

// Each remedy, applied as it is written, makes its check pass, and the sheet's
// level still passes.
func TestEveryRemedyWorks(t *testing.T) {
	t.Parallel()
	py := python(t)
	done := map[string]bool{}
	for _, c := range append(cures, cures2...) {
		done[c.id+"/"+c.role.String()] = true
		t.Run(c.id+"/"+c.role.String(), func(t *testing.T) {
			t.Parallel()
			program := c.applied(t)
			variant := ""
			if c.role.twoWay() {
				variant = twoWays
			}
			for _, code := range quotedCode.FindAllStringSubmatch(WordsOf(c.id, variant).Hints[2], -1) {
				code := socketName.ReplaceAllString(code[1], "")
				if !strings.Contains(socketName.ReplaceAllString(program, ""), code) && !slices.Contains(IDs(c.role), code) {
					t.Errorf("%q of the remedy is not in the program", code)
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
	for _, role := range Roles {
		for _, c := range challenges(role) {
			if !done[c.ID+"/"+role.String()] {
				t.Errorf("the remedy of %s is not tried on %s", c.ID, role)
			}
		}
	}
}
