// Code generated from etape4.md by go generate. DO NOT EDIT.

package compiled

import "labo/lessons/prose"

var etape4 = &prose.Step{
	Title:   "Le système d'exploitation",
	Summary: "Les cinq questions de la fiche, chacune avec une expérience et sa mesure.",
	Sections: []*prose.Section{
		{ID: "systeme-implique", Title: "Quand le système intervient", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Première question de la fiche. Vous répondez d'abord, avec vos mots. Ensuite, une expérience."}}},
			}},
			{Name: "question", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Dans le code du serveur et du client, à quel moment le système d'exploitation est-il impliqué ?"}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo va lancer "}, {Style: prose.CodeSpan, Text: "serveur.py"}, {Text: " et "}, {Style: prose.CodeSpan, Text: "client.py"}, {Text: ", sur un autre port, et noter ce qu'ils demandent au noyau : leurs "}, {Style: prose.Strong, Text: "appels système"}, {Text: ". Voici cinq morceaux de "}, {Style: prose.CodeSpan, Text: "serveur.py"}, {Text: ". Lequel ne demande jamais rien au noyau ?"}}},
			}, Options: []prose.Option{
				{ID: "bind", Spans: []prose.Span{{Text: ""}, {Style: prose.CodeSpan, Text: "serveur.bind((HOTE, PORT))"}}},
				{ID: "accept", Spans: []prose.Span{{Text: ""}, {Style: prose.CodeSpan, Text: "serveur.accept()"}}},
				{ID: "recv", Spans: []prose.Span{{Text: ""}, {Style: prose.CodeSpan, Text: "connexion.recv(TAILLE)"}}},
				{ID: "lower", Spans: []prose.Span{{Text: ""}, {Style: prose.CodeSpan, Text: "message.lower() == \"exit\""}}},
				{ID: "print", Spans: []prose.Span{{Text: ""}, {Style: prose.CodeSpan, Text: "print(f\"[Client] {{message}}\")"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Chaque ligne qui touche au "}, {Style: prose.Strong, Text: "dehors"}, {Text: " passe par le noyau : créer un socket, réserver un port, attendre, recevoir, afficher. {serveur} pour le serveur, {client} pour le client, sans compter le démarrage de Python ni les fichiers qu'il lit. Les lignes qui ne font que calculer n'en font aucun."}}},
				{Spans: []prose.Span{{Text: "Et le serveur a passé {attente} sur {duree} {ou} : "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: " et "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " endorment le programme, et c'est le noyau qui le réveille. Nous l'avons fait attendre exprès son client."}}},
			}},
			{Name: "en-go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "En Go, les mêmes demandes portent d'autres noms :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"Python                   Go", "socket, bind, listen     net.Listen(\"tcp\", adresse)", "serveur.accept()         écoute.Accept()", "connexion.recv(1024)     conn.Read(tampon)", "client.connect(adresse)  net.Dial(\"tcp\", adresse)", "client.sendall(texte)    conn.Write(texte)", "close()                  conn.Close()"}},
				{Spans: []prose.Span{{Text: "Dessous, les appels système sont les mêmes : le noyau ne connaît pas les langages. Comparez vous-même :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"labo trace -- labo serveur"}},
			}},
			{Name: "sans-ptrace", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ici, c'est Python lui-même qui raconte ses appels, et non le noyau. {raison}"}}},
			}},
			{Name: "sans-trace", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{raison} : labo n'a pas pu suivre ces programmes ligne par ligne. L'étape 1 a joué chaque appel à la main, en Go : "}, {Style: prose.CodeSpan, Text: "socket()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: "."}}},
			}},
			{Name: "reponse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.Strong, Text: "Une réponse possible."}, {Text: " À chaque ligne qui touche au dehors : "}, {Style: prose.CodeSpan, Text: "socket()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "connect()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "sendall()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: ", et aussi "}, {Style: prose.CodeSpan, Text: "input()"}, {Text: " et "}, {Style: prose.CodeSpan, Text: "print()"}, {Text: ", car le clavier et l'écran sont au système. Trois d'entre elles attendent : "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " et "}, {Style: prose.CodeSpan, Text: "input()"}, {Text: ". Entre ces lignes, comparer un mot ou le décoder, Python travaille seul."}}},
			}},
			{Name: "suite", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Comparez avec votre réponse. Pour suivre "}, {Style: prose.Strong, Text: "votre"}, {Text: " programme :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"labo trace serveur.py"}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "labo trace --vue fil serveur.py client.py"}, {Text: " montre les deux programmes côte à côte. Faites trouver aux élèves la ligne qui attend le plus longtemps. Si "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: " et "}, {Style: prose.CodeSpan, Text: "connect()"}, {Text: " font plus d'un appel, c'est qu'il faut d'abord traduire le nom « localhost » en adresse."}}},
			}},
		}},
		{ID: "threads-a-qui", Title: "Des threads, mais à qui ?", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Deuxième question de la fiche. Vous répondez d'abord, avec vos mots. Ensuite, des expériences."}}},
			}},
			{Name: "question", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Les threads sont-ils gérés par le système d'exploitation ("}, {Style: prose.Emphasis, Text: "OS thread"}, {Text: ") ou par Python ("}, {Style: prose.Emphasis, Text: "application thread"}, {Text: ") ?"}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo lance de vrais programmes, avec {python}. L'un d'eux crée 100 objets "}, {Style: prose.CodeSpan, Text: "threading.Thread"}, {Text: ", qui attendent tous. Combien de threads le "}, {Style: prose.Strong, Text: "système"}, {Text: " voit-il dans ce processus ?"}}},
			}, Options: []prose.Option{
				{ID: "un-seul", Spans: []prose.Span{{Text: "un seul : Python se partage le travail lui-même"}}},
				{ID: "coeurs", Spans: []prose.Span{{Text: "un par cœur du processeur"}}},
				{ID: "un-chacun", Spans: []prose.Span{{Text: "un par objet Thread, et le principal"}}},
			}},
			{Name: "python", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{cent} : chaque "}, {Style: prose.CodeSpan, Text: "threading.Thread"}, {Text: " est un thread "}, {Style: prose.Strong, Text: "du système"}, {Text: ", plus le thread principal. C'est le noyau qui les endort et les réveille."}}},
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "asyncio"}, {Text: " fait autre chose : ses 10 000 tâches tiennent dans {asyncio}. Ce sont des tâches de l'application. Python passe de l'une à l'autre lui-même, et le noyau n'en sait rien."}}},
			}},
			{Name: "python-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "D'ordinaire, chaque "}, {Style: prose.CodeSpan, Text: "threading.Thread"}, {Text: " est un thread du système, et les tâches d'"}, {Style: prose.CodeSpan, Text: "asyncio"}, {Text: " tiennent toutes dans un seul. Ici, la mesure donne {cent} pour 100 objets, et {asyncio} pour les tâches : fiez-vous à elle."}}},
			}},
			{Name: "sans-python", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Python n'est pas disponible ici : labo ne montre que la moitié Go. Avec Python 3.8 ou plus récent, cette scène compte aussi les threads de Python et mesure ce que change son verrou, le GIL."}}},
			}},
			{Name: "prediction-go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Go n'a pas de threads dans son langage, mais des "}, {Style: prose.Emphasis, Text: "goroutines"}, {Text: ". Un programme en lance jusqu'à 10 000, qui attendent toutes un message du réseau. Combien de threads du système occupent-elles ?"}}},
			}, Options: []prose.Option{
				{ID: "autant", Spans: []prose.Span{{Text: "autant que de goroutines"}}},
				{ID: "quelques", Spans: []prose.Span{{Text: "quelques-uns"}}},
				{ID: "un", Spans: []prose.Span{{Text: "un seul"}}},
			}},
			{Name: "go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{reseau}, quand elles attendent le réseau : Go les met de côté et demande au noyau de le prévenir. Une goroutine est une tâche de l'application."}}},
				{Spans: []prose.Span{{Text: "Mais {appel}, quand chacune est arrêtée "}, {Style: prose.Strong, Text: "dans"}, {Text: " un appel au noyau : Go n'a alors pas le choix, il faut un thread par appel. Deux courbes, un même programme : tout dépend de l'endroit où l'on attend."}}},
			}},
			{Name: "go-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{reseau} quand elles attendent le réseau, {appel} quand chacune est arrêtée dans un appel au noyau. D'ordinaire, la première courbe ne bouge presque pas et la seconde suit le nombre de goroutines."}}},
			}},
			{Name: "prediction-gil", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Python a un verrou, le GIL : un seul thread à la fois exécute du code Python. Deux threads "}, {Style: prose.Strong, Text: "calculent"}, {Text: " pendant le même temps qu'un seul. Ensemble, combien de tours de boucle font-ils ?"}}},
			}, Options: []prose.Option{
				{ID: "double", Spans: []prose.Span{{Text: "deux fois plus : ils sont deux"}}},
				{ID: "autant", Spans: []prose.Span{{Text: "à peu près autant qu'un seul"}}},
			}},
			{Name: "gil", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{un} tours à un thread, {deux} à deux, et {coeurs} cœur occupé : les deux threads existent bien pour le système, mais le verrou ne laisse calculer que l'un d'eux à la fois. Un thread qui "}, {Style: prose.Strong, Text: "attend"}, {Text: " dans "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " rend le verrou. Voilà pourquoi "}, {Style: prose.CodeSpan, Text: "serveur2.py"}, {Text: " marche si bien avec deux threads : ils ne font qu'attendre."}}},
			}},
			{Name: "sans-gil", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{un} tours à un thread, {deux} à deux, et {coeurs} cœur occupé : ce Python, {verrou}, laisse deux threads calculer en même temps. Les versions ordinaires ont un verrou, le GIL, qui l'interdit."}}},
			}},
			{Name: "gil-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{un} tours à un thread, {deux} à deux, et {coeurs} cœur occupé. Ce Python est {verrou}, et la mesure ne suffit pas à le montrer : l'ordinateur était sans doute trop occupé. Rejouez la scène quand il sera au calme."}}},
			}},
			{Name: "reponse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.Strong, Text: "Une réponse possible."}, {Text: " Par le système : chaque "}, {Style: prose.CodeSpan, Text: "threading.Thread"}, {Text: " est un thread du système, que le noyau endort et réveille. Python y ajoute un verrou, le GIL, qui décide lequel exécute du code Python ; il ne crée pas les threads. Les tâches d'"}, {Style: prose.CodeSpan, Text: "asyncio"}, {Text: " et les goroutines, elles, sont gérées par l'application."}}},
			}},
			{Name: "suite", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Comparez avec votre réponse : s'appuie-t-elle sur un nombre "}, {Style: prose.Strong, Text: "compté"}, {Text: " par le système ?"}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Dans le gestionnaire des tâches, ou avec "}, {Style: prose.CodeSpan, Text: "ps -o nlwp"}, {Text: ", les élèves peuvent compter eux-mêmes les threads de leur "}, {Style: prose.CodeSpan, Text: "serveur2.py"}, {Text: ". Python 3.13 et les suivants existent aussi en version sans GIL."}}},
			}},
		}},
		{ID: "fermer-proprement", Title: "Fermer proprement", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Troisième question de la fiche. Vous répondez d'abord, avec vos mots. Ensuite, des expériences."}}},
			}},
			{Name: "question", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Pourquoi est-il important de fermer les connexions proprement ?"}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Une connexion se ferme dans les règles : un côté appelle "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: ", puis l'autre. labo le fait deux fois : le client d'abord, puis le serveur d'abord. De quel côté le noyau garde-t-il un souvenir (TIME-WAIT) ?"}}},
			}, Options: []prose.Option{
				{ID: "premier", Spans: []prose.Span{{Text: "du côté qui a fermé le premier"}}},
				{ID: "serveur", Spans: []prose.Span{{Text: "toujours du côté du serveur"}}},
				{ID: "deux", Spans: []prose.Span{{Text: "des deux côtés"}}},
			}},
			{Name: "ordre", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Fermer, c'est dire « je n'enverrai plus rien » (un paquet FIN). Celui qui le dit le premier attend l'autre (FIN-WAIT-2), et l'autre "}, {Style: prose.Strong, Text: "sait"}, {Text: " qu'il doit finir (CLOSE-WAIT). Quand les deux l'ont dit, le premier garde un souvenir : regardez le compte à rebours de TIME-WAIT."}}},
			}},
			{Name: "ordre-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Fermer, c'est dire « je n'enverrai plus rien » (un paquet FIN). D'ordinaire, le côté qui le dit le premier garde ensuite un souvenir, TIME-WAIT. Ce système ne montre pas tout : fiez-vous au tableau."}}},
			}},
			{Name: "demi", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "On peut aussi ne fermer qu'"}, {Style: prose.Strong, Text: "un sens"}, {Text: ", avec "}, {Style: prose.CodeSpan, Text: "shutdown()"}, {Text: " : le client a dit « j'ai fini de parler », et il écoute encore. Chaque sens de la connexion se ferme séparément."}}},
			}},
			{Name: "prediction-non-lu", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un client envoie un message. Le serveur ferme sa connexion "}, {Style: prose.Strong, Text: "sans l'avoir lu"}, {Text: ". Le client appelle "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ". Que reçoit-il ?"}}},
			}, Options: []prose.Option{
				{ID: "fin", Spans: []prose.Span{{Text: "une fin ordinaire : 0 octet"}}},
				{ID: "erreur", Spans: []prose.Span{{Text: "une erreur"}}},
			}},
			{Name: "non-lu", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le noyau du serveur avait des octets que personne ne lira. Il le dit franchement : au lieu d'un FIN, il envoie un RST, et le client reçoit {erreur}. Fermer proprement, c'est aussi lire jusqu'au bout."}}},
			}},
			{Name: "non-lu-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ici, le client a reçu une fin ordinaire. Sous Linux, le noyau aurait envoyé un RST : les octets non lus sont perdus, et il le dit."}}},
			}},
			{Name: "tue", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ce client n'a pas pu appeler "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: ". Son noyau a fermé à sa place, et le serveur l'a appris, car "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " {adieu}. Mais le noyau ne sait pas dire « exit » : le serveur ne peut pas distinguer un départ voulu d'un accident."}}},
			}},
			{Name: "prediction-fuite", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Voici un serveur qui oublie "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: ". Chaque client vient et repart ; le serveur l'accepte, et garde la connexion ouverte. labo le lance dans un autre processus, qui n'a droit qu'à {limite} descripteurs. Quand il n'en a plus, que se passe-t-il pour un nouveau client ?"}}},
			}, Options: []prose.Option{
				{ID: "refuse", Spans: []prose.Span{{Text: "il est refusé aussitôt"}}},
				{ID: "connecte", Spans: []prose.Span{{Text: "il est connecté, mais personne ne s'occupera de lui"}}},
				{ID: "attend", Spans: []prose.Span{{Text: "il attend d'être connecté"}}},
			}},
			{Name: "fuite", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Chaque connexion oubliée coûte un "}, {Style: prose.Strong, Text: "descripteur"}, {Text: " et reste en CLOSE-WAIT : l'autre a fermé, nous pas. Après {servis}, "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: " échoue avec {erreur} : « trop de fichiers ouverts »."}}},
				{Spans: []prose.Span{{Text: "Le plus sournois, c'est ce que voient les clients. {tardifs} de plus dans la file du noyau : connexion réussie, et personne au bout. Le suivant n'a même plus de réponse. Le serveur tourne toujours, et il ne sert plus personne."}}},
			}},
			{Name: "fuite-large", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Chaque connexion oubliée coûte un "}, {Style: prose.Strong, Text: "descripteur"}, {Text: " et reste en CLOSE-WAIT : l'autre a fermé, nous pas. Après {servis}, "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: " échoue avec {erreur} : « trop de fichiers ouverts ». Pour les clients suivants, fiez-vous au tableau : {tardifs} de plus dans la file, et personne au bout."}}},
			}},
			{Name: "fuite-impossible", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ce système ne permet pas de limiter les descripteurs d'un processus. Sous Linux et macOS, "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: " échouerait avec EMFILE : « trop de fichiers ouverts »."}}},
			}},
			{Name: "reponse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.Strong, Text: "Une réponse possible."}, {Text: " Fermer prévient l'autre programme (FIN), qui peut finir à son tour au lieu d'attendre. Fermer rend au système ce qu'il prêtait : descripteur, files, port. Un programme qui oublie finit par ne plus pouvoir rien ouvrir. Et fermer sans avoir tout lu, ou mourir en route, fait perdre des données."}}},
			}},
			{Name: "suite", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Comparez avec votre réponse : parle-t-elle de "}, {Style: prose.Strong, Text: "l'autre"}, {Text: " programme, et des ressources que le système prête ?"}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "La fuite se joue dans un processus à part : labo ne risque rien. Sous Linux, "}, {Style: prose.CodeSpan, Text: "ulimit -n"}, {Text: " donne la limite ordinaire. En Go, le ramasse-miettes finit par fermer les connexions oubliées ; ce serveur les garde exprès dans une liste."}}},
			}},
		}},
		{ID: "deux-serveurs", Title: "Deux serveurs sur un port", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Quatrième question de la fiche. Vous répondez d'abord, avec vos mots. Ensuite, des expériences."}}},
			}},
			{Name: "question", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Que se passe-t-il si vous lancez le serveur plusieurs fois sur le même port, sans le fermer ?"}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un premier serveur écoute sur le port {port}. Un second programme demande le même port, comme le ferait un second "}, {Style: prose.CodeSpan, Text: "python serveur.py"}, {Text: ". Que se passe-t-il ?"}}},
			}, Options: []prose.Option{
				{ID: "refuse", Spans: []prose.Span{{Text: "le second est refusé"}}},
				{ID: "partage", Spans: []prose.Span{{Text: "les deux se partagent le port"}}},
				{ID: "remplace", Spans: []prose.Span{{Text: "le second prend la place du premier"}}},
			}},
			{Name: "refuse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le second serveur échoue avec {erreur}. En Python, c'est l'exception "}, {Style: prose.CodeSpan, Text: "OSError"}, {Text: ", avec ce numéro. Le premier n'en sait rien et continue. Le noyau, lui, sait qui tient le port : {proprietaire}."}}},
			}},
			{Name: "pas-refuse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le second serveur n'a pas été refusé : ce n'est pas la réponse habituelle. Le port était tenu par {proprietaire}."}}},
			}},
			{Name: "adresses", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un port se réserve "}, {Style: prose.Strong, Text: "pour une adresse"}, {Text: ". 0.0.0.0 veut dire « toutes les adresses de cet ordinateur » : il comprend donc 127.0.0.1. 127.0.0.1 et 127.0.0.2 sont deux adresses différentes. Lisez le tableau : chaque case est ce que ce système vient de répondre."}}},
				{Spans: []prose.Span{{Text: "Une case « sans objet » : l'option n'existe pas ici. Un nom d'erreur : l'adresse, par exemple, n'est pas de cet ordinateur."}}},
			}},
			{Name: "prediction-relance", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur a un client connecté. Le serveur ferme "}, {Style: prose.Strong, Text: "le premier"}, {Text: ", puis son client, et les deux programmes finissent. Vous relancez aussitôt le serveur, écrit comme celui de la fiche. labo joue cela sur un autre port, pour ne pas bloquer le vôtre."}}},
			}, Options: []prose.Option{
				{ID: "marche", Spans: []prose.Span{{Text: "il démarre : plus personne n'a ce port"}}},
				{ID: "refuse", Spans: []prose.Span{{Text: "il est refusé"}}},
			}},
			{Name: "relance-refusee", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Aucun processus n'a plus ce port, et pourtant il est refusé. Le noyau garde la mémoire de la connexion : TIME-WAIT, sans propriétaire, du côté qui a fermé le premier. Il l'oubliera dans {reste}. Sans cela, un paquet en retard pourrait tomber dans une connexion nouvelle."}}},
			}},
			{Name: "relance-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur a redémarré : sur ce système, le souvenir de la connexion ne l'empêche pas. Sous Linux, le même programme est refusé pendant une minute environ."}}},
			}},
			{Name: "generations", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "SO_REUSEADDR"}, {Text: " dit au noyau : « un simple souvenir ne me gêne pas ». Mais il faut l'avoir mis sur "}, {Style: prose.Strong, Text: "les deux"}, {Text: " serveurs, celui d'avant et celui d'après : le souvenir garde l'option de son socket. Et quand c'est le client qui est parti le premier, rien ne bloque : le souvenir est sur le port du client. Quand le serveur s'arrête sans avoir tout lu, rien ne bloque non plus : un RST n'en laisse aucun."}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"serveur.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)"}},
			}},
			{Name: "generations-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "SO_REUSEADDR"}, {Text: " dit au noyau : « un simple souvenir ne me gêne pas ». Sous Linux, il faut l'avoir mis sur les deux serveurs, celui d'avant et celui d'après. Ce système a répondu autrement : fiez-vous au tableau."}}},
			}},
			{Name: "prediction-partage", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Une autre option, "}, {Style: prose.CodeSpan, Text: "SO_REUSEPORT"}, {Text: ", permet à deux serveurs vivants d'avoir le même port, s'ils la demandent tous les deux. labo l'essaie sur un autre port. {clients} clients se connectent. Qui leur répond ?"}}},
			}, Options: []prose.Option{
				{ID: "premier", Spans: []prose.Span{{Text: "toujours le premier serveur"}}},
				{ID: "second", Spans: []prose.Span{{Text: "toujours le second"}}},
				{ID: "deux", Spans: []prose.Span{{Text: "tantôt l'un, tantôt l'autre"}}},
			}},
			{Name: "partage", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{ici} pour l'un, {la} pour l'autre : le noyau répartit les connexions. Cette option sert aux serveurs très occupés. Pour celui de la fiche, elle serait un piège : un client tomberait sur l'un ou sur l'autre, au hasard."}}},
			}},
			{Name: "partage-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{ici} pour le premier, {la} pour le second : sur ce système, un seul des deux reçoit les clients. Sous Linux, le noyau les répartit entre les deux."}}},
			}},
			{Name: "partage-impossible", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ce système n'a pas cette option. Sous Linux et macOS, elle existe."}}},
			}},
			{Name: "reponse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.Strong, Text: "Une réponse possible."}, {Text: " Le second serveur échoue à "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: " : d'ordinaire, un port n'appartient qu'à un programme à la fois, et c'est le noyau qui y veille ("}, {Style: prose.CodeSpan, Text: "EADDRINUSE"}, {Text: "). Le premier continue. Il faut arrêter le premier, ou choisir un autre port. Juste après un arrêt, le port peut rester refusé un moment, à cause de TIME-WAIT : "}, {Style: prose.CodeSpan, Text: "SO_REUSEADDR"}, {Text: " lève ce refus."}}},
			}},
			{Name: "suite", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Comparez avec votre réponse : dit-elle "}, {Style: prose.Strong, Text: "qui"}, {Text: " refuse, et à quel appel ?"}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le partage entre les deux serveurs change à chaque fois : rejouez la scène. Sous Windows, "}, {Style: prose.CodeSpan, Text: "SO_REUSEADDR"}, {Text: " a un autre sens : il permet à un programme de prendre le port d'un autre."}}},
			}},
		}},
		{ID: "client-avant-serveur", Title: "Le client avant le serveur", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Cinquième question de la fiche. Vous répondez d'abord, avec vos mots. Ensuite, des expériences."}}},
			}},
			{Name: "question", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Que se passe-t-il si vous lancez le client avant le serveur ?"}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Aucun serveur n'écoute sur le port {port}. labo y connecte un client, de nombreuses fois de suite. Comment le système répond-il ?"}}},
			}, Options: []prose.Option{
				{ID: "refus", Spans: []prose.Span{{Text: "par un refus immédiat, chaque fois"}}},
				{ID: "silence", Spans: []prose.Span{{Text: "par un silence : le client attend"}}},
				{ID: "attente", Spans: []prose.Span{{Text: "il garde le client en attente jusqu'à ce qu'un serveur arrive"}}},
			}},
			{Name: "refus", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ce refus n'est pas une panne : c'est une "}, {Style: prose.Strong, Text: "réponse"}, {Text: ". Le noyau a reçu la demande du client (SYN), n'a trouvé personne à ce port, et a répondu « non » (RST). Cela prend {mediane}, alors qu'un silence aurait fait attendre le client. En Python, ce refus est l'exception "}, {Style: prose.CodeSpan, Text: "ConnectionRefusedError"}, {Text: " ; le noyau l'appelle {erreur}."}}},
			}},
			{Name: "sans-refus", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "D'ordinaire, le noyau répond aussitôt « non » (RST). Ici, ce n'est pas ce qui a été mesuré : un pare-feu peut avaler les demandes, ou un programme vient d'ouvrir ce port."}}},
			}},
			{Name: "lie-refuse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Quand le serveur a fait "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: " sans faire "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: ", la connexion est {lie}. C'est la même réponse : un port réservé n'est pas un port ouvert, l'étape 1 l'a montré."}}},
			}},
			{Name: "lie-autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Et quand le serveur a fait "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: " sans faire "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: " ? Ici : {lie}."}}},
			}},
			{Name: "prediction-file", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur écoute maintenant, avec "}, {Style: prose.CodeSpan, Text: "listen(1)"}, {Text: ". Mais il est occupé : il n'appelle jamais "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: ". Des clients arrivent, l'un après l'autre : quatre au plus. Combien se croient connectés ?"}}},
			}, Options: []prose.Option{
				{ID: "un", Spans: []prose.Span{{Text: "un seul, comme le dit "}, {Style: prose.CodeSpan, Text: "listen(1)"}}},
				{ID: "deux", Spans: []prose.Span{{Text: "deux"}}},
				{ID: "tous", Spans: []prose.Span{{Text: "les quatre"}}},
				{ID: "aucun", Spans: []prose.Span{{Text: "aucun : personne n'a appelé "}, {Style: prose.CodeSpan, Text: "accept()"}}},
			}},
			{Name: "file-pleine", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{clients} : voilà ce que la file a reçu, sans que le serveur ait rien accepté. Sous Linux, c'est un de plus que le nombre donné à "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: ". Le premier a même parlé : « {message} » attend dans le noyau, et personne ne le lit."}}},
				{Spans: []prose.Span{{Text: "Le client suivant n'est "}, {Style: prose.Strong, Text: "pas refusé"}, {Text: ". Sa demande est ignorée, et il reste dans l'état SYN-SENT. Son noyau la renvoie tout seul : {renvois} pour l'instant, et la prochaine dans {prochain}. Les délais s'allongent, puis "}, {Style: prose.CodeSpan, Text: "connect()"}, {Text: " finit par abandonner."}}},
				{Spans: []prose.Span{{Text: "Un port fermé dit « non » tout de suite. Une file pleine ne dit rien."}}},
			}},
			{Name: "file-refuse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{clients} : voilà ce que la file a reçu, sans que le serveur ait rien accepté. Le suivant n'est pas entré : ce système répond lui-même quand la file est pleine. Sous Linux, il resterait en attente."}}},
			}},
			{Name: "file-large", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{clients} : tous sont entrés, sans que le serveur ait rien accepté. Ce système donne à la file plus de place que "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: " n'en demande."}}},
			}},
			{Name: "reessayer", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Que peut faire un client qui arrive trop tôt ? Recommencer. En voici un qui réessaie après chaque refus, avec une petite pause. Le serveur, lui, est en retard."}}},
			}},
			{Name: "reessaye", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Il a fallu {essais-patient}. Rien ne prévient le client que le serveur est là : c'est à lui de redemander. Et il lui faut un socket neuf à chaque essai."}}},
			}},
			{Name: "reponse", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.Strong, Text: "Une réponse possible."}, {Text: " Le client appelle "}, {Style: prose.CodeSpan, Text: "connect()"}, {Text: ". Le noyau ne trouve aucun serveur à l'écoute sur ce port et refuse aussitôt : en Python, "}, {Style: prose.CodeSpan, Text: "ConnectionRefusedError"}, {Text: ", et le programme s'arrête. Le système n'attend pas le serveur à la place du client. Pour partir en premier, le client doit réessayer lui-même."}}},
			}},
			{Name: "suite", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Comparez avec votre réponse : parle-t-elle du "}, {Style: prose.Strong, Text: "noyau"}, {Text: ", et d'un refus plutôt que d'une attente ?"}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Sous Windows, un refus prend environ deux secondes : le système redemande avant de conclure. labo fait alors moins d'essais, et le dit. Demandez aux élèves pourquoi un service au démarrage d'un ordinateur doit savoir réessayer."}}},
			}},
		}},
		{ID: "onze-etats", Title: "Les onze états de TCP", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Vous avez croisé LISTEN, ESTABLISHED, FIN-WAIT-2, TIME-WAIT… Une connexion TCP a "}, {Style: prose.Strong, Text: "onze"}, {Text: " états possibles. La plupart passent trop vite pour être vus : il faut des ruses pour les retenir."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo va tenter de mettre un vrai socket dans chacun des onze états, et de le trouver dans la table du système. Combien en verra-t-on ici ?"}}},
			}, Options: []prose.Option{
				{ID: "trois", Spans: []prose.Span{{Text: "trois au plus : les autres sont trop courts"}}},
				{ID: "partie", Spans: []prose.Span{{Text: "une partie seulement"}}},
				{ID: "tous", Spans: []prose.Span{{Text: "les onze"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{vus}, chacun sur de vraies connexions de cet ordinateur. Suivez une connexion dans le dessin, de haut en bas : elle naît par "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: " ou par "}, {Style: prose.CodeSpan, Text: "connect()"}, {Text: ", vit dans ESTABLISHED, et meurt par la gauche si elle ferme la première, par la droite sinon."}}},
				{Spans: []prose.Span{{Text: "Pour en retenir un et le regarder avec vos outils : "}, {Style: prose.CodeSpan, Text: "labo etats CLOSING"}, {Text: ". La recette de chaque état y est donnée."}}},
			}},
			{Name: "autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{vus} seulement : ce système n'offre pas de moyen simple de fabriquer ou de montrer les autres. Sous Linux, on voit les onze. Suivez une connexion dans le dessin, de haut en bas."}}},
				{Spans: []prose.Span{{Text: "Pour en retenir un et le regarder avec vos outils : "}, {Style: prose.CodeSpan, Text: "labo etats FIN-WAIT-2"}, {Text: ". La recette de chaque état y est donnée."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "labo etats"}, {Text: " passe les états un par un, en les retenant. Demandez où s'arrête un programme qui oublie "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: " : dans CLOSE-WAIT, sans limite de temps."}}},
			}},
		}},
	},
}
