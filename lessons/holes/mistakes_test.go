package holes

import (
	"strings"
	"testing"

	"labo/lessons/atelier"
	"labo/probe/probetest/freeport"
)

// mistakes are what beginners write: a program whose first holes are filled, and
// what stands in place of what. says is in the first sentence that labo tells.
var mistakes = []struct {
	what, program string
	filled        int // holes, before the mistake
	old, new      string
	says          string
}{
	{"socket misspelt", "serveur.py", 1, "socket.socket(", "socket.Socket(", "n'a rien qui s'appelle Socket"},
	{"a datagram socket", "serveur.py", 1, "SOCK_STREAM", "SOCK_DGRAM", "socket UDP"},
	{"a parenthesis missing", "serveur.py", 1, "SOCK_STREAM)", "SOCK_STREAM", "parenthèse"},
	{"indented for no reason", "serveur.py", 1, "serveur = socket", "    serveur = socket", "décalée"},
	{"typographic quotes", "serveur.py", 3, `"[Serveur] En attente de connexion..."`, "“[Serveur] En attente”", "guillemets"},
	{"bind() without its pair", "serveur.py", 2, "((HOTE, PORT))", "(HOTE, PORT)", "doublez les parenthèses"},
	{"the port as text", "serveur.py", 2, "(HOTE, PORT)", `(HOTE, "12345")`, "le port est du texte"},
	{"another name", "serveur.py", 2, "serveur.bind", "server.bind", "« server » n'existe pas"},
	{"another port", "serveur.py", 2, "(HOTE, PORT)", "(HOTE, PORT + 1)", "c'est le"},
	{"another address", "serveur.py", 2, "(HOTE, PORT)", `("127.0.0.5", PORT)`, "« localhost » est 127.0.0.1"},
	{"listen() forgotten", "serveur.py", 4, "serveur.listen(1)\n", "", "listen() manque"},
	{"listen before bind", "serveur.py", 3, "serveur.bind((HOTE, PORT))", "serveur.listen(1)\nserveur.bind((HOTE, PORT))", "que listen() lui a donnée"},
	{"accept before listen", "serveur.py", 4, "serveur.listen(1)", "connexion, adresse = serveur.accept()\nserveur.listen(1)", "accept() est appelé sur un socket qui n'écoute pas"},
	{"accept() called by its name alone", "serveur.py", 4, "serveur.accept()", "serveur.accept", "parenthèses"},
	{"accept() without its pair", "serveur.py", 5, "connexion, adresse = serveur.accept()\nprint(f\"[Serveur] Connexion de {adresse}\")", "connexion = serveur.accept()", "accept() et recvfrom() rendent un couple"},
	{"recv on the wrong socket", "serveur.py", 5, "connexion.recv", "serveur.recv", "celui qui écoute n'a personne en face"},
	{"decode forgotten", "serveur.py", 5, ".decode()", "", "decode() en fait du texte"},
	{"the message not shown", "serveur.py", 5, `print(f"[Client] {message}")`, "", "rien ne les affiche derrière"},
	{"the f forgotten", "serveur.py", 5, `print(f"[Client] {message}")`, `print("[Client] {message}")`, "« f »"},
	{"the wrong variable", "serveur.py", 5, `{message}`, `{mesage}`, "le programme a « message »"},
	{"the loop not indented", "serveur.py", 6, "    message = connexion", "message = connexion", "décalée de quatre espaces"},
	{"the colon forgotten", "serveur.py", 6, "while True:", "while True", "« : » manque"},
	{"the display outside the loop", "serveur.py", 6, `    print(f"[Client] {message}")`, `print(f"[Client] {message}")`, "dans la boucle, rien"},
	{"a small true", "serveur.py", 6, "while True:", "while true:", "majuscule"},
	{"exit compared as it is", "serveur.py", 7, "message.lower()", "message", "lower()"},
	{"one equals sign", "serveur.py", 7, `message.lower() == "exit"`, `message.lower() = "exit"`, "« == »"},
	{"exit without break", "serveur.py", 7, "        break\n", "", "ne fait pas sortir de la boucle"},
	{"break at the edge", "serveur.py", 7, "        break", "break", "celle d'avant ne l'est pas assez"},
	{"one close forgotten", "serveur.py", 8, "serveur.close()", "", "le programme en a deux"},
	{"close without parentheses", "serveur.py", 8, "connexion.close()\nserveur.close()", "connexion.close\nserveur.close", "il manque les parenthèses"},
	{"the close in the loop", "serveur.py", 7, `    print(f"[Client] {message}")`, "    print(f\"[Client] {message}\")\n    connexion.close()", "déjà été fermé"},

	{"a loop that asks for nothing", "serveur.py", 3, "serveur.bind(", "while True:\n    pass\nserveur.bind(", "une boucle ne finit pas"},
	{"a loop before anything", "serveur.py", 1, "serveur = socket", "while True:\n    pass\nserveur = socket", "une boucle ne finit pas"},
	{"a sleep", "serveur.py", 2, "serveur.bind(", "import time\ntime.sleep(60)\nserveur.bind(", "sleep()"},

	{"connect without its pair", "client.py", 2, "((HOTE, PORT))", "(HOTE, PORT)", "doublez les parenthèses"},
	{"bind in place of connect", "client.py", 2, "client.connect", "client.bind", "bind() réserve"},
	{"encode forgotten", "client.py", 3, "message.encode()", "message", ".encode()"},
	{"input not kept", "client.py", 3, "message = input", "input", "« message » n'existe pas"},
	{"the wrong thing sent", "client.py", 3, "message.encode()", `"message".encode()`, "c'est « message » qui est arrivé"},
	{"input outside the loop", "client.py", 4, "while True:\n    message = input(\">>> \")", "message = input(\">>> \")\nwhile True:", "n'est pas dans la boucle"},
	{"exit tested before it is sent", "client.py", 5, "    client.sendall(message.encode())\n", "", "n'est pas parti"},

	{"the function called", "serveur2.py", 2, "target=recevoir, args=(connexion,)", "target=recevoir(connexion)", "target"},
	{"args without a comma", "serveur2.py", 2, "(connexion,)", "(connexion)", "virgule"},
	{"start forgotten", "serveur2.py", 2, "ecoute.start()", "", "aucun thread"},
	{"run in place of start", "serveur2.py", 2, "ecoute.start()", "ecoute.run()", "start()"},
	{"join too early", "serveur2.py", 5, "ecoute.start()\n", "ecoute.start()\necoute.join()\n", "join()"},
	{"join before start", "serveur2.py", 3, "ecriture.start()", "ecriture.join()", "start() manque avant join()"},
}

// Each mistake of a beginner is told by its cause, first.
func TestBeginnersMistakes(t *testing.T) {
	py := python(t)
	for _, m := range mistakes {
		t.Run(m.what, func(t *testing.T) {
			port := freeport.Get(t)
			right := atelier.Grown(m.program, m.filled, port)
			wrong := strings.Replace(right, m.old, m.new, 1)
			if m.what == "exit tested before it is sent" {
				wrong = strings.Replace(wrong, "        break\n", "        break\n    client.sendall(message.encode())\n", 1)
			}
			if wrong == right {
				t.Fatalf("%q is not in %s", m.old, right)
			}
			r := try(t, py, m.program, wrong, port)
			if r.Filled(m.program) >= m.filled && m.filled > 0 && r.Cause != "" && r.Empty {
				t.Errorf("nothing was seen of it: %+v", r)
			}
			if !strings.Contains(r.Cause, m.says) || r.Empty {
				t.Errorf("hole %d, line %d: %q (empty: %v), want %q", r.Filled(m.program)+1, r.Line, r.Cause, r.Empty, m.says)
			}
			t.Log(r.Line, r.Cause)
		})
	}
}
