// Code generated from etape3.md by go generate. DO NOT EDIT.

package compiled

import "labo/lessons/prose"

var etape3 = &prose.Step{
	Title:   "Communication dans les deux sens",
	Summary: "Lire et écrire en même temps : deux threads, deux files, et qui raccroche le premier.",
	Sections: []*prose.Section{
		{ID: "une-seule-ligne", Title: "Une seule ligne à la fois", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Pour que le serveur réponde, il doit lire le réseau "}, {Style: prose.Strong, Text: "et"}, {Text: " lire le clavier. Voici une première idée, sans thread :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"while True:", "    reponse = input(\">>> \")", "    connexion.sendall(reponse.encode())", "    message = connexion.recv(1024).decode()", "    print(message)"}},
				{Spans: []prose.Span{{Text: "Le serveur attend que vous tapiez une réponse. Pendant ce temps, le client envoie « {message} »."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Quand ce message s'affiche-t-il ?"}}},
			}, Options: []prose.Option{
				{ID: "aussitot", Spans: []prose.Span{{Text: "aussitôt : le réseau passe avant le clavier"}}},
				{ID: "apres", Spans: []prose.Span{{Text: "seulement quand vous aurez tapé une ligne"}}},
				{ID: "jamais", Spans: []prose.Span{{Text: "jamais : il est perdu, personne n'était dans "}, {Style: prose.CodeSpan, Text: "recv()"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un programme à un seul fil d'exécution est à "}, {Style: prose.Strong, Text: "un"}, {Text: " endroit à la fois. Arrêté dans "}, {Style: prose.CodeSpan, Text: "input()"}, {Text: ", il n'est pas dans "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ". Le message n'est pas perdu : il a attendu {attente} dans la file de réception, jusqu'à ce que le programme y vienne."}}},
				{Spans: []prose.Span{{Text: "Il faut donc deux fils d'exécution : l'un attend le réseau, l'autre le clavier."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Demandez l'inverse : si le programme attend d'abord dans "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ", qui ne peut plus parler ? Le clavier a aussi sa file, tenue par le terminal."}}},
			}},
		}},
		{ID: "deux-fils", Title: "Deux fils qui attendent", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "serveur2.py"}, {Text: " lance deux threads :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"thread1 = threading.Thread(target=recevoir, args=(connexion,))", "thread2 = threading.Thread(target=envoyer, args=(connexion,))", "thread1.start()", "thread2.start()"}},
				{Spans: []prose.Span{{Text: "Ajoutez le thread principal, qui attend la fin des deux autres dans "}, {Style: prose.CodeSpan, Text: "join()"}, {Text: "."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Combien de threads le "}, {Style: prose.Strong, Text: "système"}, {Text: " voit-il dans le processus de "}, {Style: prose.CodeSpan, Text: "serveur2.py"}, {Text: ", une fois le client connecté ?"}}},
			}, Options: []prose.Option{
				{ID: "un", Spans: []prose.Span{{Text: "un : Python se partage le travail tout seul"}}},
				{ID: "deux", Spans: []prose.Span{{Text: "deux : recevoir et envoyer"}}},
				{ID: "trois", Spans: []prose.Span{{Text: "trois : le principal, recevoir et envoyer"}}},
			}},
			{Name: "prediction-go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le serveur et le client de labo font la même chose avec des goroutines. Combien de threads le système ajoute-t-il à labo pour cela ?"}}},
			}, Options: []prose.Option{
				{ID: "aucun", Spans: []prose.Span{{Text: "aucun, ou presque : les goroutines endormies n'en occupent pas"}}},
				{ID: "deux", Spans: []prose.Span{{Text: "deux : un pour le serveur, un pour le client"}}},
				{ID: "beaucoup", Spans: []prose.Span{{Text: "beaucoup plus"}}},
			}},
			{Name: "python", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo lance le vrai "}, {Style: prose.CodeSpan, Text: "serveur2.py"}, {Text: ", avec {python}, et lui connecte un client."}}},
			}},
			{Name: "sans-python", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{raison} : labo ne montre que la moitié Go. Sinon, cette scène lance aussi le vrai "}, {Style: prose.CodeSpan, Text: "serveur2.py"}, {Text: "."}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un "}, {Style: prose.CodeSpan, Text: "threading.Thread"}, {Text: " de Python est un vrai thread du système : le noyau le connaît, le compte, et le réveille. Chacun attend à son endroit."}}},
			}},
			{Name: "explication-go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Une goroutine est un fil d'exécution que Go gère lui-même. Endormie dans une lecture du réseau, elle n'occupe aucun thread : le noyau prévient Go quand des octets arrivent. L'étape 4 pousse la comparaison jusqu'à dix mille."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Sous Linux, labo dit aussi ce que chaque thread attend, et dans quelle fonction du noyau il dort (wchan), quand le système le permet : "}, {Style: prose.CodeSpan, Text: "futex"}, {Text: " pour "}, {Style: prose.CodeSpan, Text: "join()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "wait_woken"}, {Text: " pour "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ", "}, {Style: prose.CodeSpan, Text: "pipe"}, {Text: " pour le clavier, tenu ici par labo."}}},
			}},
		}},
		{ID: "conversation", Title: "Une conversation", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un serveur et un client à double sens sont en marche, dans labo, de part et d'autre d'une vraie connexion. Vous jouez les deux rôles."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Si les deux côtés envoient en même temps, que se passe-t-il ?"}}},
			}, Options: []prose.Option{
				{ID: "attente", Spans: []prose.Span{{Text: "l'un doit attendre que l'autre ait fini"}}},
				{ID: "croisent", Spans: []prose.Span{{Text: "les deux messages se croisent sans se gêner"}}},
				{ID: "melange", Spans: []prose.Span{{Text: "les octets des deux messages se mélangent"}}},
			}},
			{Name: "saisie", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Tapez « s » suivi d'une espace et d'un texte pour parler comme serveur, « c » pour parler comme client. « :fin » passe à la suite."}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Une connexion TCP est faite de "}, {Style: prose.Strong, Text: "deux flux"}, {Text: ", un par sens, chacun avec ses files. Ils ne se gênent jamais : on dit que TCP est "}, {Style: prose.Emphasis, Text: "full duplex"}, {Text: "."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le croisement est mesuré avant la conversation : les deux côtés envoient avant que l'un des deux ne lise."}}},
			}},
		}},
		{ID: "un-seul-exit", Title: "Un seul exit ne ferme rien", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Les deux côtés se parlent. Le serveur tape « exit » : son fil "}, {Style: prose.CodeSpan, Text: "envoyer"}, {Text: " s'arrête. Le client le reçoit : son fil "}, {Style: prose.CodeSpan, Text: "recevoir"}, {Text: " s'arrête."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un seul côté a dit « exit ». La connexion est-elle fermée ?"}}},
			}, Options: []prose.Option{
				{ID: "fermee", Spans: []prose.Span{{Text: "oui : le serveur est parti"}}},
				{ID: "moitie", Spans: []prose.Span{{Text: "à moitié : un sens est fermé"}}},
				{ID: "ouverte", Spans: []prose.Span{{Text: "non : les deux moitiés sont encore ESTABLISHED"}}},
			}},
			{Name: "les-deux", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le client tape « exit » à son tour."}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "« exit » n'est qu'un texte. Pour TCP, il ne veut rien dire : seul "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: " ferme. Or "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: " vient après les deux "}, {Style: prose.CodeSpan, Text: "join()"}, {Text: " : chaque programme attend encore son autre fil. Il faut que "}, {Style: prose.Strong, Text: "les deux"}, {Text: " disent « exit » pour que les deux programmes finissent."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Avec les vrais programmes, les élèves croient que le premier « exit » a bloqué leur programme. Montrez le thread qui attend encore dans "}, {Style: prose.CodeSpan, Text: "input()"}, {Text: "."}}},
			}},
		}},
		{ID: "lautre-meurt", Title: "L'autre meurt", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le client est tué net, sans « exit » ni "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: ". Le serveur ne le sait pas encore : il est dans "}, {Style: prose.CodeSpan, Text: "input()"}, {Text: ". Vous tapez une réponse, puis une autre."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Que deviennent les deux "}, {Style: prose.CodeSpan, Text: "sendall()"}, {Text: " du serveur ?"}}},
			}, Options: []prose.Option{
				{ID: "echouent", Spans: []prose.Span{{Text: "les deux échouent"}}},
				{ID: "premier-passe", Spans: []prose.Span{{Text: "le premier réussit, le second échoue"}}},
				{ID: "reussissent", Spans: []prose.Span{{Text: "les deux réussissent"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le premier envoi a réussi : le noyau a pris les octets, sans savoir que plus personne ne les lira. Pour le client disparu, le noyau a répondu par un RST. Le second envoi l'a appris : {erreur}."}}},
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "sendall()"}, {Text: " qui réussit dit donc seulement : « mon noyau a pris les octets ». Il ne dit jamais que l'autre les a lus."}}},
			}},
			{Name: "autrement", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ici, les deux envois n'ont pas fini comme d'habitude. Ce qui ne change pas : "}, {Style: prose.CodeSpan, Text: "sendall()"}, {Text: " qui réussit dit seulement que le noyau local a pris les octets."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le premier message est perdu sans un mot. C'est pour cela que les protocoles sérieux demandent un accusé de réception à l'autre "}, {Style: prose.Strong, Text: "programme"}, {Text: "."}}},
			}},
		}},
		{ID: "a-vous-deux", Title: "À vous, à deux", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ouvrez deux terminaux, dans le dossier de vos programmes. Dans le premier :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"{python} serveur2.py"}},
				{Spans: []prose.Span{{Text: "Dans le second :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"{python} client2.py"}},
				{Spans: []prose.Span{{Text: "Parlez dans les deux sens, puis fermez proprement : « exit » de "}, {Style: prose.Strong, Text: "chaque"}, {Text: " côté. labo regarde le port {port} et commente ce qu'il voit. Pas encore de fichiers ? La commande "}, {Style: prose.CodeSpan, Text: "labo atelier"}, {Text: " les écrit."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "À la fin, un côté gardera le souvenir de la connexion (TIME-WAIT). Lequel ?"}}},
			}, Options: []prose.Option{
				{ID: "client", Spans: []prose.Span{{Text: "le client, sur son port éphémère"}}},
				{ID: "serveur", Spans: []prose.Span{{Text: "le serveur, sur le port {port}"}}},
				{ID: "aucun", Spans: []prose.Span{{Text: "aucun des deux"}}},
			}},
			{Name: "seul", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Personne n'est au clavier : labo lance lui-même les deux programmes, dans d'autres processus, et tape à leur place."}}},
			}},
			{Name: "seul-en-go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Personne n'est au clavier : labo joue lui-même les deux rôles. {raison} : les deux programmes sont ceux de labo, qui parlent comme ceux de la fiche."}}},
			}},
			{Name: "sans-python", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo n'a pas trouvé Python sur cette machine. À la place des deux programmes, prenez ceux de labo, qui parlent de même : les commandes "}, {Style: prose.CodeSpan, Text: "labo serveur2"}, {Text: " et "}, {Style: prose.CodeSpan, Text: "labo client2"}, {Text: "."}}},
			}},
			{Name: "autre-port", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Vous jouez sur le port {port} : dans vos deux programmes, remplacez 12345 par {port}."}}},
			}},
			{Name: "port-retenu", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Attention : le noyau retient encore le port {port}, à cause d'une connexion précédente (TIME-WAIT). "}, {Style: prose.CodeSpan, Text: "{python} serveur2.py"}, {Text: " sera refusé pendant {reste} encore."}}},
			}},
			{Name: "vu", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Les deux programmes se sont parlé, puis ont fermé. Celui qui a fermé le premier garde le souvenir : avec les programmes de la fiche, c'est une course, et relancer la scène peut donner l'autre réponse."}}},
				{Spans: []prose.Span{{Text: "Vous savez maintenant lire, dans la table du noyau, ce que font vos propres programmes."}}},
				{Spans: []prose.Span{{Text: "Pour faire juger ces mêmes programmes, tapez après l'étape :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"labo verifier serveur2.py client2.py"}},
			}},
			{Name: "pas-vu", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo n'a pas vu de conversation entière sur le port {port}. Rejouez la scène (touche r) quand vos programmes seront prêts."}}},
				{Spans: []prose.Span{{Text: "Pour faire juger ces mêmes programmes, tapez après l'étape :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"labo verifier serveur2.py client2.py"}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Deux élèves, deux machines : remplacez localhost par l'adresse de l'autre, et écoutez sur 0.0.0.0. Le pare-feu de l'école dira peut-être non."}}},
			}},
		}},
	},
}
