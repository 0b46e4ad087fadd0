package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labo/lessons/text"
)

const (
	importLine = "import socket\n"
	listenLine = "serveur.listen(1)\n"
	lowerTest  = "if message.lower() == \"exit\":"
	typeLine   = "    message = input(\">>> \")\n"
	shownLine  = "    print(f\"[Client] {message}\")\n"
)

// A beginner's mistake in a program of the sheet has its true cause told, at the
// check that it is first seen by.
func TestTheTrueCauseIsTold(t *testing.T) {
	t.Parallel()
	py := python(t)
	for name, c := range map[string]struct {
		role  Role
		id    string
		made  [][2]string
		cause string
	}{
		"recv without a size":       {Server, "message", [][2]string{{"recv(TAILLE)", "recv()"}}, "recv() veut savoir combien d'octets lire au plus : recv(1024)"},
		"recv that is not kept":     {Server, "message", [][2]string{{"message = connexion.recv", "connexion.recv"}}, "« message » n'existe pas : aucune ligne ne lui donne de valeur"},
		"a value that comes later":  {Server, "message", [][2]string{{shownLine, ""}, {recvLine, shownLine + recvLine}}, "« message » n'existe pas encore à cette ligne"},
		"lower that is not called":  {Server, "exit", [][2]string{{".lower() ==", ".lower =="}}, "« message.lower » nomme la fonction sans l'appeler"},
		"decode that is not called": {Server, "message", [][2]string{{".decode()", ".decode"}}, "une fonction est nommée, et non appelée"},
		"exit without quotes":       {Server, "exit", [][2]string{{"== \"exit\"", "== exit"}}, "« exit » sans guillemets n'est pas du texte"},
		"or that is always true":    {Server, "message", [][2]string{{lowerTest, "if message == \"exit\" or \"quit\":"}}, "« or \"quit\" » est toujours vrai"},
		"a string without f":        {Server, "message", [][2]string{{"print(f\"[Client]", "print(\"[Client]"}}, "« {message} » s'affiche tel quel"},
		"localhost without quotes":  {Server, "demarre", [][2]string{{"\"localhost\"", "localhost"}}, "il lui faut des guillemets"},
		"a star import":             {Server, "demarre", [][2]string{{importLine, "from socket import *\n"}}, "le plus simple est « import socket »"},
		"a module that is not":      {Server, "demarre", [][2]string{{importLine, "import sockets\n"}}, "celui de la fiche s'appelle « socket »"},
		"an import that is missing": {Server, "demarre", [][2]string{{importLine, ""}}, "il manque « import socket »"},
		"an open brace":             {Server, "demarre", [][2]string{{"{adresse}", "{adresse"}}, "accolade"},
		"no connect":                {Client, "connecte", [][2]string{{connectTo, ""}}, "aucune ligne de client.py n'appelle connect()"},
		"no listen":                 {Server, "demarre", [][2]string{{listenLine, ""}}, "listen() manque"},
		"input that is not called":  {Client, "envoie", [][2]string{{"input(\">>> \")", "input"}}, "une fonction est nommée, et non appelée"},
		"input before the loop":     {Client, "envoie", [][2]string{{loopLine + typeLine, strings.TrimSpace(typeLine) + "\n" + loopLine}}, "n'attend une nouvelle ligne (input)"},
		"a name between quotes":     {Client, "envoie", [][2]string{{"message.encode()", "\"message\".encode()"}}, "ce qui part est le mot « message »"},
		"the other's socket":        {Client, "envoie", [][2]string{{"client.sendall", "serveur.sendall"}}, "le socket de ce programme s'appelle « client »"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), c.role.String()+".py")
			if err := os.WriteFile(file, []byte(cure{role: c.role, edits: c.made}.applied(t)), 0o600); err != nil {
				t.Fatal(err)
			}
			d := judged(t, Config{File: file, Role: c.role, Python: py, Seed: 7, Only: []string{c.id}})
			r := d.Checks[len(d.Checks)-1]
			if r.ID != c.id || r.Verdict != Failed.String() || r.Why == nil || !strings.Contains(strings.ReplaceAll(*r.Why, text.NBSP, " "), c.cause) {
				t.Errorf("want %q of %+v:\n%s\nsaid: %s", c.cause, r, report(d), saidOf(d, c.id))
			}
		})
	}
}
