package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mistake is one in a program of the sheet, of which a section "cause/…" of
// mots.md tells the remedy: what makes it, and what the remedy makes of it.
type mistake struct {
	role Role
	made [][2]string
	cure [][2]string
}

const (
	acceptLine = "connexion, adresse = serveur.accept()\n"
	connectTo  = "client.connect((HOTE, PORT))\n"
	inetStream = "socket.socket(socket.AF_INET, socket.SOCK_STREAM)"
	writerLoop = "            message = input(INVITE)\n            connexion.sendall(message.encode())\n"
	recvTry    = "            message = connexion.recv(1024).decode()\n"
	joins      = "ecoute.start()\necriture.start()\necoute.join()\necriture.join()\n"
)

// undone is the cure of a mistake that is to be taken out.
func undone(made ...[2]string) (cure [][2]string) {
	for _, e := range made {
		cure = append(cure, [2]string{e[1], e[0]})
	}
	return cure
}

func taken(role Role, made ...[2]string) mistake { return mistake{role, made, undone(made...)} }

// mistakes are by the names of their sections.
var mistakes = map[string]mistake{
	"clavier": taken(Server, [2]string{acceptLine, "input(\"Entrée pour continuer\")\n" + acceptLine}),
	"client": {Server, [][2]string{{acceptLine, ""}, {"print(f\"[Serveur] Connexion de {adresse}\")\n", ""}, {recvLine, "    " + acceptLine + recvLine}},
		[][2]string{{"    " + acceptLine, ""}, {loopLine, acceptLine + loopLine}}},
	"octets": taken(Client, [2]string{sendLine, sendLine + "    client.recv(1024)\n"}),
	"udp": {Server, [][2]string{{inetStream, "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"}, {"serveur.listen(1)\n", ""},
		{acceptLine, "connexion, adresse = serveur, None\n"}},
		[][2]string{{"socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", inetStream}, {"connexion, adresse = serveur, None\n", "serveur.listen(1)\n" + acceptLine}}},
	"verrou": {Server2, [][2]string{{"INVITE = ", "verrou = threading.Lock()\nINVITE = "},
		{recvTry, "            with verrou:\n    " + recvTry},
		{writerLoop, "            message = input(INVITE)\n            with verrou:\n                connexion.sendall(message.encode())\n"}},
		[][2]string{{"            with verrou:\n    " + recvTry, recvTry}}},
	"thread":  taken(Server2, [2]string{joins, "ecoute.start()\necoute.join()\necriture.start()\necriture.join()\n"}),
	"sommeil": taken(Server, [2]string{acceptLine, "import time; time.sleep(1000)\n" + acceptLine}),
	"cache": {Server, [][2]string{{recvLine, "    try:\n    " + strings.Replace(recvLine, "TAILLE", "\"TAILLE\"", 1) + "    except:\n        break\n"}},
		[][2]string{{"\"TAILLE\"", "TAILLE"}, {"    except:\n", "    except OSError:\n"}}},
	// Whoever listens has no room left: what calls then waits.
	"reponse": taken(Client, [2]string{connectTo, "plein = socket.socket()\nplein.bind((\"127.0.0.1\", 0))\nplein.listen(0)\n" +
		"garde = socket.create_connection(plein.getsockname())\nclient.connect(plein.getsockname())\n"}),
	"casse":    taken(Client, [2]string{"message.encode()", "message.lower().encode()"}),
	"accumule": {Server, [][2]string{{loopLine, "message = \"\"\n" + loopLine}, {"    message = connexion", "    message += connexion"}}, [][2]string{{"    message += connexion.recv(TAILLE)", "    message = connexion.recv(1024)"}}},
	"silence":  taken(Server, [2]string{loopLine, "connexion.settimeout(2)\n" + loopLine}),
	"adresse": {Server, [][2]string{{inetStream, "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)"}, {bindLine, "serveur.bind((\"::1\", PORT))\n"}},
		[][2]string{{"socket.socket(socket.AF_INET6, socket.SOCK_STREAM)", inetStream}, {"serveur.bind((\"::1\", PORT))\n", "serveur.bind((\"localhost\", PORT))\n"}}},
	"sorti":  {Server, [][2]string{{"    print(f\"[Client] {message}\")\n", "    print(f\"[Client] {message}\")\n    break\n"}}, [][2]string{{"{message}\")\n    break\n", "{message}\")\n"}}},
	"arret":  {Server, [][2]string{{"        break\n", "        exit(1)\n"}}, [][2]string{{"        exit(1)\n", "        break\n"}}},
	"essaim": taken(Server, [2]string{acceptLine, "import os, time\nfor _ in range(100):\n    if os.fork() == 0: time.sleep(1000)\n" + acceptLine}),
}

// elsewhere are the sections that no edit of a program of the sheet can try, and why.
var elsewhere = map[string]string{
	"exception": "its remedy is the line that is quoted",
}

// Each mistake is given the words of its section, and their remedy, applied as it
// is written, makes the whole of the sheet pass.
func TestEveryCauseIsCured(t *testing.T) {
	t.Parallel()
	py := python(t)
	for name := range allWords() {
		name, isCause := strings.CutPrefix(name, "cause/")
		f, tried := mistakes[name]
		if isCause && !tried && elsewhere[name] == "" {
			t.Errorf("the remedy of cause/%s is not tried", name)
		}
		if !isCause || !tried {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken := cure{role: f.role, edits: f.made}.applied(t)
			if d := judgedSource(t, f.role, py, broken); !hinted(d, WordsOf("", name).Hints[0]) {
				t.Errorf("nothing says that the cause is %s:\n%s", name, report(d))
			}
			cured := replaced(t, broken, f.cure)
			if d := judgedSource(t, f.role, py, cured); d.Failed+d.NotChecked > 0 {
				t.Errorf("not cured:\n%s", report(d))
			}
		})
	}
}

func hinted(d Document, question string) bool {
	for _, c := range d.Checks {
		if c.Hint != nil && *c.Hint == question {
			return true
		}
	}
	return false
}

// judgedSource judges a program on the sheet's level.
func judgedSource(t *testing.T, role Role, py Python, source string) Document {
	t.Helper()
	file := filepath.Join(t.TempDir(), role.String()+".py")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return judged(t, Config{File: file, Role: role, Python: py, Seed: 7, Only: sheetIDs(role)})
}
