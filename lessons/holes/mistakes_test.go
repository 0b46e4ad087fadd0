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
	{"socket misspelt", "serveur.py", 1, "socket.socket(", "socket.Socket(", "c'est « socket »"},
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

	{"the module's names alone", "serveur.py", 1, "socket.SOCK_STREAM", "SOCK_STREAM", "écrivez socket.SOCK_STREAM"},
	{"a dash for an underscore", "serveur.py", 1, "AF_INET", "AF-INET", "tiret bas"},
	{"a capital import", "serveur.py", 1, "import socket", "Import socket", "minuscules"},
	{"two equals signs to give a value", "serveur.py", 1, "serveur = socket", "serveur == socket", "« == » compare"},
	{"a comma missing", "serveur.py", 2, "(HOTE, PORT)", "(HOTE PORT)", "une virgule manque entre HOTE et PORT"},
	{"connect in place of bind", "serveur.py", 2, "serveur.bind", "serveur.connect", "un serveur réserve son port"},
	{"bind() asked of the module", "serveur.py", 2, "serveur.bind", "socket.bind", "se demande à votre socket"},
	{"bind() asked of nobody", "serveur.py", 2, "serveur.bind", "bind", "serveur.bind(…)"},
	{"the pair turned round", "serveur.py", 2, "(HOTE, PORT)", "(PORT, HOTE)", "l'adresse vient d'abord"},
	{"a name nobody has", "serveur.py", 2, "(HOTE, PORT)", "(\"loclahost\", PORT)", "n'est connu de personne"},
	{"an exit() too early", "serveur.py", 2, "serveur.bind((HOTE, PORT))", "exit()", "« exit() », a arrêté le programme"},
	{"bind twice", "serveur.py", 3, "serveur.listen(1)", "serveur.bind((HOTE, PORT))\nserveur.listen(1)", "une seconde fois"},
	{"a comma for a point", "serveur.py", 3, "serveur.listen", "serveur,listen", "tient la place du point"},
	{"an apostrophe in quotes", "serveur.py", 3, `"[Serveur] En attente de connexion..."`, "'[Serveur] En attente d'un client'", "l'apostrophe"},
	{"a line after it that fails", "serveur.py", 3, "print(", "Print(", "sans majuscule, print"},
	{"text without quotes", "serveur.py", 3, `"[Serveur] En attente de connexion..."`, "[Serveur] En attente", "entre guillemets"},
	{"accept() of half a pair", "serveur.py", 4, "connexion, adresse = ", "connexion = ", "rend un couple"},
	{"close before accept", "serveur.py", 4, "serveur.listen(1)", "serveur.listen(1)\nserveur.close()", "a déjà été fermé par close()"},
	{"four octets at a time", "serveur.py", 5, "recv(TAILLE)", "recv(4)", "recv(4) ne lit que"},
	{"decode() not called", "serveur.py", 5, ".decode()", ".decode", "decode()"},
	{"accept in the loop", "serveur.py", 6, "    message = connexion", "    connexion, adresse = serveur.accept()\n    message = connexion", "un second client : accept()"},
	{"a recv that keeps nothing", "serveur.py", 6, "while True:", "while connexion.recv(TAILLE):", "un autre recv()"},
	{"break in the loop", "serveur.py", 6, `{message}")`, "{message}\")\n    break", "« break », a fait sortir de la boucle"},
	{"exit without its quotes", "serveur.py", 7, `"exit":`, "exit:", "sans guillemets"},
	{"an or that is always true", "serveur.py", 7, `message.lower() == "exit"`, `message == "exit" or "EXIT" or "Exit"`, "toujours vrai"},
	{"break called", "serveur.py", 7, "        break", "        break()", "sans parenthèses"},
	{"return for break", "serveur.py", 7, "        break", "        return", "on sort par break"},
	{"no break", "serveur.py", 7, "        break", "        pass", "aucune ligne ne le peut"},
	{"exit() for break", "serveur.py", 8, "        break", "        exit()", "rien de ce qui la suit n'a lieu"},
	{"another port called", "client.py", 2, "PORT))", "PORT + 1))", "et le serveur est sur le"},
	{"a thread of unnamed arguments", "serveur2.py", 2, "target=recevoir, args=(connexion,)", "recevoir, (connexion,)", "target=…"},
	{"a loop at the edge", "serveur2.py", 2, "    while True:\n        message = connexion", "while True:\n        message = connexion", "doit être décalé"},
	{"a parameter's name outside", "client2.py", 3, "args=(client,)", "args=(sock,)", "le socket s'appelle « client »"},
	{"written to the one that listens", "serveur2.py", 4, "connexion.sendall", "serveur.sendall", "le socket qui écoute"},
	{"a loop for join", "serveur2.py", 5, "ecoute.join()\n", "while True: pass\n", "n'attend dans aucun appel"},

	{"a loop that asks for nothing", "serveur.py", 3, "serveur.bind(", "while True:\n    pass\nserveur.bind(", "une boucle ne finit pas"},
	{"a loop before anything", "serveur.py", 1, "serveur = socket", "while True:\n    pass\nserveur = socket", "une boucle ne finit pas"},
	{"a sleep", "serveur.py", 2, "serveur.bind(", "import time\ntime.sleep(60)\nserveur.bind(", "sleep()"},

	{"connect without its pair", "client.py", 2, "((HOTE, PORT))", "(HOTE, PORT)", "doublez les parenthèses"},
	{"bind in place of connect", "client.py", 2, "client.connect", "client.bind", "un client appelle, avec connect()"},
	{"encode forgotten", "client.py", 3, "message.encode()", "message", ".encode()"},
	{"input not kept", "client.py", 3, "message = input", "input", "« message » n'existe pas"},
	{"the wrong thing sent", "client.py", 3, "message.encode()", `"message".encode()`, "c'est « message » qui est arrivé"},
	{"input outside the loop", "client.py", 4, "while True:\n    message = input(\">>> \")", "message = input(\">>> \")\nwhile True:", "n'est pas dans la boucle"},
	{"exit tested before it is sent", "client.py", 5, "    client.sendall(message.encode())\n", "", "n'est pas parti"},

	{"the function called", "serveur2.py", 2, "target=recevoir, args=(connexion,)", "target=recevoir(connexion)", "target"},
	{"args without a comma", "serveur2.py", 2, "(connexion,)", "(connexion)", "virgule"},
	{"start forgotten", "serveur2.py", 2, "ecoute.start()", "", "aucun thread"},
	{"run in place of start", "serveur2.py", 2, "ecoute.start()", "ecoute.run()", "start()"},
	{"join too early", "serveur2.py", 5, "ecoute.start()\n", "ecoute.start()\necoute.join()\n", "n'arrive pas à la ligne"},
	{"a name of the sheet's", "serveur2.py", 1, "ecoute.start()", "thread1.start()", "aucune ligne ne lui donne de valeur"},
	{"the address in place of the socket", "serveur2.py", 2, "args=(connexion,)", "args=(adresse,)", "le socket s'appelle « connexion »"},
	{"a function that calls itself", "serveur2.py", 2, "connexion.recv(1024)", "recevoir(1024)", "s'appelle elle-même"},
	{"a conversation of one message", "serveur2.py", 2, "    while True:", "    for _ in [1]:", "et pas le suivant"},
	{"a break at the loop's edge", "serveur2.py", 2, "        print(INVITE, end=\"\", flush=True)", "        print(INVITE, end=\"\", flush=True)\n        break", "« break », a fait sortir de la boucle"},
	{"no exit in the thread that reads", "serveur2.py", 2, "            break\n", "", "ne fait pas sortir de la boucle"},
	{"an exit as it is", "client2.py", 2, "message.lower()", "message", "comparez en minuscules"},
	{"an empty message that ends nothing", "serveur2.py", 3, "not message or ", "", "ce message vide qui doit en faire sortir"},
	{"one line typed", "serveur2.py", 4, "        if message.lower() == \"exit\":\n            break\n\n\n# Ouvrir", "        break\n\n\n# Ouvrir", "plus aucun thread n'attend le clavier"},
	{"a writer that never leaves", "client2.py", 6, "        if message.lower() == \"exit\":\n            break\n\n\n# App", "\n\n# App", "le clavier : input()"},
	{"the names of the sheet", "serveur2.py", 5, "ecoute.join()\necriture.join()", "thread1.join()\nthread2.join()", "aucune ligne ne lui donne de valeur"},
	{"join() asked of the module", "serveur2.py", 5, "ecoute.join()", "threading.join()", "se demande à un thread"},
	{"another word for join()", "client2.py", 5, "ecoute.join()", "ecoute.wait()", "c'est « join »"},
	{"one join for two threads", "serveur2.py", 5, "ecriture.join()\n", "", "n'attend pas l'autre"},
	{"start() in the line that names", "serveur2.py", 5, "args=(connexion,))\necoute.start()", "args=(connexion,)).start()", "nomme ce que rend start()"},
	{"both threads read", "serveur2.py", 3, "target=envoyer", "target=recevoir", "les deux threads attendent des octets"},
	{"a line that is shown, and not sent", "client2.py", 4, "sock.sendall(message.encode())", "print(message)", "aucune ligne n'appelle sendall()"},
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
