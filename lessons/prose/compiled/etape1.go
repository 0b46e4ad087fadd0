// Code generated from etape1.md by go generate. DO NOT EDIT.

package compiled

import "labo/lessons/prose"

var etape1 = &prose.Step{
	Title:   "Un serveur simple",
	Summary: "Ouvrir un port, attendre un client, recevoir ses octets : ce que fait le système à chaque ligne.",
	Sections: []*prose.Section{
		{ID: "port-libre", Title: "Un port libre", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un port n'est pas une prise ni une porte : c'est un "}, {Style: prose.Strong, Text: "numéro"}, {Text: ". Le noyau, le cœur du système d'exploitation, tient une table. Chaque ligne de cette table relie un numéro de port à un programme qui a demandé à s'en servir."}}},
				{Spans: []prose.Span{{Text: "Nous allons regarder le port {port}, avant d'avoir lancé quoi que ce soit."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Aucun serveur ne tourne. Qui possède le port {port} en ce moment ?"}}},
			}, Options: []prose.Option{
				{ID: "personne", Spans: []prose.Span{{Text: "personne : aucune ligne de la table ne le cite"}}},
				{ID: "noyau", Spans: []prose.Span{{Text: "le noyau : il garde tous les ports libres pour lui"}}},
				{ID: "labo", Spans: []prose.Span{{Text: "labo : il l'a réservé en démarrant"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un port libre n'existe nulle part : il n'a pas de ligne, donc pas de propriétaire. Le client qui frappe à ce numéro reçoit quand même une réponse. C'est le noyau qui la donne, et elle dit « non »."}}},
			}},
			{Name: "souvenir", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Des lignes citent pourtant ce port : ce sont des connexions d'un programme précédent. TIME-WAIT est un souvenir que le noyau garde un moment, puis oublie. Personne n'écoute pour autant : un client est refusé."}}},
			}},
			{Name: "sans-refus", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un port libre n'existe nulle part : il n'a pas de ligne, donc pas de propriétaire. D'ordinaire, le noyau répond aussitôt « non » au client. Ici, ce n'est pas ce qui a été mesuré : un pare-feu, par exemple, peut avaler la demande."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Faites lancer la commande de vérification à un élève, dans un second terminal : la table vide est la même. C'est le moment de dire que labo ne simule rien."}}},
			}},
		}},
		{ID: "creer-un-socket", Title: "socket() : un descripteur, et c'est tout", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Première ligne utile de "}, {Style: prose.CodeSpan, Text: "serveur.py"}, {Text: " :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)"}},
				{Spans: []prose.Span{{Text: "Le programme demande au noyau de quoi parler TCP. Nous appelons la même fonction, "}, {Style: prose.CodeSpan, Text: "socket()"}, {Text: ", et nous regardons ce qui a changé."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Après "}, {Style: prose.CodeSpan, Text: "socket()"}, {Text: ", qu'est-ce qui a changé dans le système ?"}}},
			}, Options: []prose.Option{
				{ID: "port", Spans: []prose.Span{{Text: "le port {port} est pris"}}},
				{ID: "descripteur", Spans: []prose.Span{{Text: "le programme a un descripteur de plus, mais aucun port"}}},
				{ID: "rien", Spans: []prose.Span{{Text: "rien : Python attend "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: " pour parler au noyau"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un "}, {Style: prose.Strong, Text: "descripteur"}, {Text: " est un petit numéro, propre au programme, qui désigne une chose ouverte chez le noyau : un fichier, un terminal, ou ici un socket. Le socket existe, mais il n'a encore ni adresse ni port : la table des ports ne le montre pas."}}},
			}},
			{Name: "sans-compte", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ce système ne permet pas de compter les descripteurs de labo : la prédiction reste sans réponse mesurée. La table des ports, elle, n'a pas changé."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le numéro du descripteur change d'un programme à l'autre : en Python, c'est souvent 3, car 0, 1 et 2 sont le clavier et l'écran."}}},
			}},
		}},
		{ID: "reserver-le-port", Title: "bind() : réserver le port", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Deuxième ligne utile de "}, {Style: prose.CodeSpan, Text: "serveur.py"}, {Text: " :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"serveur.bind((hote, port))"}},
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "bind()"}, {Text: " réserve le port {port} auprès du noyau : un autre programme ne peut plus le prendre. Mais le serveur n'écoute pas encore."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un client se connecte maintenant. Que se passe-t-il ?"}}},
			}, Options: []prose.Option{
				{ID: "reussit", Spans: []prose.Span{{Text: "la connexion réussit"}}},
				{ID: "refusee", Spans: []prose.Span{{Text: "elle est refusée aussitôt"}}},
				{ID: "attend", Spans: []prose.Span{{Text: "elle attend que le serveur soit prêt"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un port réservé n'est pas un port ouvert. Tant que "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: " n'a pas été appelé, le noyau répond lui-même « non » à chaque client, par un paquet TCP marqué RST. Le programme serveur n'en sait rien."}}},
			}},
			{Name: "sans-refus", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un port réservé n'est pas un port ouvert. D'ordinaire, tant que "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: " n'a pas été appelé, le noyau répond lui-même « non » à chaque client. Ici, ce n'est pas ce qui a été mesuré : un pare-feu, par exemple, peut avaler la demande."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Sous Linux, depuis le noyau 6.8, la table montre aussi les sockets réservés qui n'écoutent pas (BOUND). La commande ss ne les montre que depuis iproute2 6.8 : la seconde commande de vérification essaie de réserver le port, et échoue. Ailleurs, on ne voit cette réservation que par l'échec d'un second "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: "."}}},
			}},
		}},
		{ID: "ecouter", Title: "listen(1) : ouvrir le port", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Troisième ligne utile :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"# Écoute jusqu'à 1 connexion", "serveur.listen(1)"}},
				{Spans: []prose.Span{{Text: "Le socket passe à l'état LISTEN. Le serveur n'a pas encore appelé "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: " : il n'est pas prêt à s'occuper de quelqu'un."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un client se connecte avant tout "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: ". Que se passe-t-il ?"}}},
			}, Options: []prose.Option{
				{ID: "reussit", Spans: []prose.Span{{Text: "la connexion réussit"}}},
				{ID: "refusee", Spans: []prose.Span{{Text: "elle est refusée aussitôt"}}},
				{ID: "attend", Spans: []prose.Span{{Text: "elle attend que le serveur appelle "}, {Style: prose.CodeSpan, Text: "accept()"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "C'est le "}, {Style: prose.Strong, Text: "noyau"}, {Text: " qui accepte la connexion, pas le programme. Dès "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: ", il répond aux clients et range leurs connexions dans une file d'attente. "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: " ne fait que retirer la première de la file. Le client, lui, se croit déjà reçu."}}},
				{Spans: []prose.Span{{Text: "Le 1 de "}, {Style: prose.CodeSpan, Text: "listen(1)"}, {Text: " ne veut donc pas dire « un seul client » : c'est la taille demandée pour cette file, le "}, {Style: prose.Emphasis, Text: "backlog"}, {Text: "."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Regardez la colonne du propriétaire : la moitié serveur de la connexion est ESTABLISHED, mais aucun programme ne la tient encore. L'étape 4 remplit la file."}}},
			}},
		}},
		{ID: "attendre-un-client", Title: "accept() : attendre sans rien faire", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Quatrième ligne utile :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"connexion, adresse = serveur.accept()"}},
				{Spans: []prose.Span{{Text: "Le programme s'arrête sur cette ligne tant que personne ne vient. On dit que l'appel est "}, {Style: prose.Strong, Text: "bloquant"}, {Text: ". Nous lançons le serveur de la fiche, dans labo, et nous le regardons attendre."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Pendant cette attente, quelle part d'un processeur le serveur consomme-t-il ?"}}},
			}, Options: []prose.Option{
				{ID: "rien", Spans: []prose.Span{{Text: "presque rien : moins de 5 %"}}},
				{ID: "un-peu", Spans: []prose.Span{{Text: "un peu : il regarde sans cesse si quelqu'un vient"}}},
				{ID: "tout", Spans: []prose.Span{{Text: "tout un cœur : il tourne en boucle"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le programme ne guette pas. Il a dit au noyau : « réveillez-moi quand quelqu'un viendra », et il dort. Attendre ne coûte rien."}}},
				{Spans: []prose.Span{{Text: "Le serveur de labo est écrit en Go. Là, c'est une "}, {Style: prose.Emphasis, Text: "goroutine"}, {Text: " qui dort : Go la met de côté et n'occupe pas de thread du système pour elle. En Python, c'est un thread entier qui dort dans "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: ". L'étape 4 compare les deux."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ctrl+C fonctionne pendant cette attente : le signal réveille l'appel."}}},
			}},
		}},
		{ID: "un-client-arrive", Title: "Quelqu'un se connecte", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur attend dans "}, {Style: prose.CodeSpan, Text: "accept()"}, {Text: ". Un client arrive :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"client.connect(('localhost', 12345))"}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur écoute, et un client est connecté. Tout se passe sur cet ordinateur. Combien de lignes la table montre-t-elle pour le port {port} ?"}}},
			}, Options: []prose.Option{
				{ID: "une", Spans: []prose.Span{{Text: "une : le port"}}},
				{ID: "deux", Spans: []prose.Span{{Text: "deux : le serveur et le client"}}},
				{ID: "trois", Spans: []prose.Span{{Text: "trois"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "La ligne LISTEN reste : c'est l'entrée, toujours ouverte. La connexion, elle, a "}, {Style: prose.Strong, Text: "deux moitiés"}, {Text: ", une par programme : chacune avec ses files et son état. Ici les deux programmes sont sur la même machine, alors vous voyez les deux."}}},
				{Spans: []prose.Span{{Text: "Le client a aussi un port : {port-client}. Il ne l'a pas choisi, le noyau lui a prêté un port "}, {Style: prose.Strong, Text: "éphémère"}, {Text: ". Quatre nombres désignent la connexion, et elle seule : {adresse-client}, {port-client}, {adresse-serveur}, {port}. Voilà pourquoi mille clients peuvent partager le port {port}."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Demandez ce que verrait un autre ordinateur : une seule moitié, la sienne."}}},
			}},
		}},
		{ID: "octets-en-attente", Title: "Les octets attendent dans le noyau", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le client est connecté. Il envoie « {message} », mais le serveur n'a pas encore appelé "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: "."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Où sont les octets du message en ce moment ?"}}},
			}, Options: []prose.Option{
				{ID: "client", Spans: []prose.Span{{Text: "chez le client : ils partiront quand le serveur appellera "}, {Style: prose.CodeSpan, Text: "recv()"}}},
				{ID: "noyau", Spans: []prose.Span{{Text: "dans le noyau, rangés pour le serveur"}}},
				{ID: "perdus", Spans: []prose.Span{{Text: "nulle part : personne n'écoutait, ils sont perdus"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "send()"}, {Text: " n'attend pas l'autre programme : il confie les octets au noyau. Le noyau de l'autre côté les garde dans la "}, {Style: prose.Strong, Text: "file de réception"}, {Text: " du socket, Recv-Q. "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " ne fait que les prendre : la file est passée de {avant} à {apres}."}}},
				{Spans: []prose.Span{{Text: "Si le serveur ne lit jamais, la file se remplit, puis le client finit par attendre. Rien n'est perdu."}}},
			}},
			{Name: "sans-file", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "send()"}, {Text: " n'attend pas l'autre programme : il confie les octets au noyau. Le noyau de l'autre côté les garde dans la "}, {Style: prose.Strong, Text: "file de réception"}, {Text: " du socket, et "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " ne fait que les prendre. Ce système ne montre pas ses files : vous voyez seulement que les octets, envoyés avant "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ", n'étaient pas perdus."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "« bonjour à tous » compte plus d'octets que de lettres : « à » en prend deux en UTF-8. La colonne compte des octets."}}},
			}},
		}},
		{ID: "votre-navigateur", Title: "Votre navigateur", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "La fiche propose d'ouvrir "}, {Style: prose.CodeSpan, Text: "http://localhost:12345"}, {Text: " dans un navigateur. Un navigateur est un client TCP comme un autre. Mais il parle un langage, HTTP, que notre serveur ne connaît pas."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le navigateur se connecte et envoie sa demande. Que verra-t-on dans la fenêtre du navigateur ?"}}},
			}, Options: []prose.Option{
				{ID: "message", Spans: []prose.Span{{Text: "le message de bienvenue du serveur"}}},
				{ID: "erreur", Spans: []prose.Span{{Text: "une erreur immédiate"}}},
				{ID: "blanc", Spans: []prose.Span{{Text: "une page blanche : le serveur ne répond rien"}}},
			}},
			{Name: "a-vous", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ouvrez maintenant votre navigateur à l'adresse :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"http://localhost:{port}"}},
				{Spans: []prose.Span{{Text: "labo attend. Regardez la table changer."}}},
			}},
			{Name: "seul", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo joue lui-même le rôle du navigateur : il envoie une vraie demande HTTP, sur une vraie connexion."}}},
			}},
			{Name: "sans-navigateur", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Aucun navigateur n'est venu. labo joue donc son rôle et envoie lui-même une vraie demande HTTP, sur une vraie connexion."}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur a reçu la demande du navigateur et ne lui a envoyé "}, {Style: prose.Strong, Text: "aucun octet"}, {Text: " en réponse. Le navigateur attend donc, avec une page blanche, aussi longtemps que la connexion reste ouverte. Rien n'est en panne : les deux programmes ne parlent pas la même langue."}}},
			}},
			{Name: "explication-labo", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur a reçu la demande et n'a envoyé "}, {Style: prose.Strong, Text: "aucun octet"}, {Text: " en réponse. Un navigateur attendrait de même, devant une page blanche, tant que la connexion reste ouverte. Rien n'est en panne : les deux programmes ne parlent pas la même langue."}}},
			}},
			{Name: "seconde-connexion", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Il y a une connexion de plus : le navigateur en ouvre souvent une seconde d'avance, pour aller plus vite. Personne ne l'a encore acceptée. Elle est dans la file d'attente, établie, sans propriétaire."}}},
			}},
			{Name: "avec-navigateur", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Quand vous quitterez cette scène, labo coupera la connexion : le navigateur affichera alors une erreur. C'est normal."}}},
				{Spans: []prose.Span{{Text: "Le nom « localhost » a deux adresses : ::1 (IPv6) et 127.0.0.1 (IPv4). Le serveur de la fiche n'écoute que sur 127.0.0.1. Un navigateur qui essaie ::1 d'abord est refusé, puis se rabat sur 127.0.0.1, sans vous le dire."}}},
			}},
			{Name: "connexion-vide", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Une première connexion est arrivée, puis s'est fermée sans envoyer un octet : le navigateur l'avait ouverte d'avance. Le "}, {Style: prose.CodeSpan, Text: "serveur.py"}, {Text: " de la fiche n'accepte qu'une connexion. Il resterait bloqué avec celle-là, dans une boucle sans fin, et la vraie demande attendrait dans la file. labo accepte la suivante."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ici, fermer l'onglet ne casse rien. Avec le vrai "}, {Style: prose.CodeSpan, Text: "python serveur.py"}, {Text: ", cela suffit à lancer la boucle sans fin de l'étape 2. Un navigateur demande aussi "}, {Style: prose.CodeSpan, Text: "/favicon.ico"}, {Text: ", mais seulement après une première réponse."}}},
			}},
		}},
		{ID: "ctrl-c", Title: "Ctrl+C : le noyau range", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un serveur tourne, dans un "}, {Style: prose.Strong, Text: "autre"}, {Text: " processus, et un client lui est connecté. Le serveur reçoit Ctrl+C et s'arrête net, sans passer par ses lignes "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: "."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur n'a rien fermé. Que devient son port ?"}}},
			}, Options: []prose.Option{
				{ID: "pris", Spans: []prose.Span{{Text: "il reste pris, jusqu'au redémarrage de l'ordinateur"}}},
				{ID: "libre", Spans: []prose.Span{{Text: "plus personne ne l'écoute : le noyau a tout fermé"}}},
				{ID: "client", Spans: []prose.Span{{Text: "il passe au client"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Les descripteurs appartiennent au processus. Quand il finit, de quelque façon que ce soit, le noyau les ferme tous : plus de LISTEN, et le client est prévenu que l'autre côté s'est fermé (un paquet FIN)."}}},
				{Spans: []prose.Span{{Text: "Il peut rester des lignes qu'aucun programme ne tient plus : le noyau finit lui-même les connexions que le serveur a quittées. C'est pour elles qu'un serveur relancé aussitôt peut être refusé. L'étape 4 mesure cela."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Sous Windows, labo ne peut pas envoyer Ctrl+C à un autre processus : il le termine, et le dit."}}},
			}},
		}},
	},
}
