// Code generated from etape2.md by go generate. DO NOT EDIT.

package compiled

import "labo/lessons/prose"

var etape2 = &prose.Step{
	Title:   "Un client",
	Summary: "Se connecter, envoyer, partir : ce que TCP transporte, et ce qu'il ne transporte pas.",
	Sections: []*prose.Section{
		{ID: "port-ephemere", Title: "connect() : un port prêté", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Voici la ligne qui compte dans "}, {Style: prose.CodeSpan, Text: "client.py"}, {Text: " :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"client.connect(('localhost', 12345))"}},
				{Spans: []prose.Span{{Text: "Elle nomme le port du serveur. Mais une connexion a deux bouts : le client a lui aussi besoin d'un port. Aucune ligne de "}, {Style: prose.CodeSpan, Text: "client.py"}, {Text: " ne le choisit."}}},
				{Spans: []prose.Span{{Text: "Nous allons nous connecter deux fois de suite au même serveur."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Quels seront les ports des deux clients ?"}}},
			}, Options: []prose.Option{
				{ID: "identiques", Spans: []prose.Span{{Text: "le même port deux fois : c'est le même programme"}}},
				{ID: "differents", Spans: []prose.Span{{Text: "deux ports différents, choisis par le noyau"}}},
				{ID: "serveur", Spans: []prose.Span{{Text: "le port {port}, comme le serveur"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "À chaque "}, {Style: prose.CodeSpan, Text: "connect()"}, {Text: ", le noyau prête au client un port libre, dit "}, {Style: prose.Strong, Text: "éphémère"}, {Text: " : {premier}, puis {second}. Il le reprend quand la connexion est finie."}}},
			}},
			{Name: "plage", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Sur ce système, le noyau les choisit entre {bas} et {haut}."}}},
			}},
			{Name: "plage-inconnue", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ce système ne dit pas à labo dans quelle plage le noyau les choisit."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le port d'un serveur se choisit hors de cette plage : sinon, un client quelconque pourrait l'occuper au moment de lancer le serveur. Faites calculer combien de connexions un même ordinateur peut ouvrir vers un serveur."}}},
			}},
		}},
		{ID: "vos-messages", Title: "Vos messages traversent", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le client est connecté. Cette fois, c'est vous qui écrivez. Le serveur ne lira chaque message qu'après nous avoir laissé regarder ses files."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Vous appuyez sur Entrée. Quand le serveur lira avec "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ", que prendra-t-il ?"}}},
			}, Options: []prose.Option{
				{ID: "octets", Spans: []prose.Span{{Text: "des octets, ceux de votre texte et rien d'autre"}}},
				{ID: "ligne", Spans: []prose.Span{{Text: "la ligne entière, avec l'appui sur Entrée à la fin"}}},
				{ID: "objet", Spans: []prose.Span{{Text: "l'objet str de Python, avec son type"}}},
			}},
			{Name: "saisie", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Tapez un message, puis Entrée. Une ligne qui commence par deux-points est pour labo : « :fin » passe à la suite, « :q » quitte."}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "input()"}, {Text: " retire la fin de ligne, "}, {Style: prose.CodeSpan, Text: "encode()"}, {Text: " change le texte en octets, "}, {Style: prose.CodeSpan, Text: "sendall()"}, {Text: " confie ces octets au noyau. Sur le fil, il n'y a rien d'autre : ni longueur, ni fin de message, ni type."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Faites taper « é » : deux octets pour une lettre. Une ligne vide est le sujet de la scène suivante."}}},
			}},
		}},
		{ID: "ligne-vide", Title: "La ligne vide", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Dans "}, {Style: prose.CodeSpan, Text: "client.py"}, {Text: ", vous appuyez sur Entrée sans rien taper. Le programme exécute alors :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"client.sendall(\"\".encode())"}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Que reçoit le serveur ?"}}},
			}, Options: []prose.Option{
				{ID: "message-vide", Spans: []prose.Span{{Text: "un message vide, qu'il affiche"}}},
				{ID: "rien", Spans: []prose.Span{{Text: "rien du tout"}}},
				{ID: "fin", Spans: []prose.Span{{Text: "0 octet : il croit que le client est parti"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Envoyer zéro octet ne met rien sur le fil. TCP transporte une suite d'octets : une suite vide n'existe pas, et personne ne peut la voir passer. Le serveur reste dans "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: "."}}},
				{Spans: []prose.Span{{Text: "Retenez-le pour la suite : quand "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " rend 0 octet, ce n'est "}, {Style: prose.Strong, Text: "jamais"}, {Text: " un message vide. Cela dit que l'autre côté a fermé."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Question à poser : comment faire pour que le serveur voie une ligne vide ? Il faut envoyer quelque chose, par exemple la fin de ligne."}}},
			}},
		}},
		{ID: "un-flux", Title: "Un flux, pas des messages", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le client envoie trois fois de suite, très vite :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"client.sendall(b\"un\")", "client.sendall(b\"deux\")", "client.sendall(b\"exit\")"}},
				{Spans: []prose.Span{{Text: "Le serveur, occupé ailleurs, n'appelle "}, {Style: prose.CodeSpan, Text: "recv(1024)"}, {Text: " qu'ensuite."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Combien de "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " faut-il au serveur pour tout lire, et reconnaît-il « exit » ?"}}},
			}, Options: []prose.Option{
				{ID: "trois", Spans: []prose.Span{{Text: "trois "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ", un par envoi : « exit » arrive seul"}}},
				{ID: "un", Spans: []prose.Span{{Text: "un seul "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: ", qui rend les trois textes collés"}}},
				{ID: "deux", Spans: []prose.Span{{Text: "deux "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " : « exit » est mis à part"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "TCP ne transporte pas des messages, mais un "}, {Style: prose.Strong, Text: "flux"}, {Text: " d'octets. Il garde l'ordre, pas les frontières. Ici, un seul "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " a rendu « {recu} ». Le serveur de la fiche compare ce texte à « exit » : ce n'est pas égal, il ne s'arrête pas."}}},
				{Spans: []prose.Span{{Text: "Quand vous tapez au clavier, chaque message part seul, et cela semble marcher. Un programme juste ajoute ses propres frontières : une fin de ligne, ou la longueur du message devant."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "C'est l'erreur la plus fréquente chez ceux qui débutent. "}, {Style: prose.CodeSpan, Text: "labo verifier"}, {Text: " en fait un défi : "}, {Style: prose.CodeSpan, Text: "colles"}, {Text: "."}}},
			}},
		}},
		{ID: "trois-mille-octets", Title: "Trois mille octets", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le client envoie 3000 octets d'un coup. Le serveur lit avec "}, {Style: prose.CodeSpan, Text: "recv(1024)"}, {Text: "."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Combien de "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " pour tout lire ?"}}},
			}, Options: []prose.Option{
				{ID: "un", Spans: []prose.Span{{Text: "un seul : le message arrive entier"}}},
				{ID: "trois", Spans: []prose.Span{{Text: "trois : le nombre donné à "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " est un maximum"}}},
				{ID: "perdu", Spans: []prose.Span{{Text: "un seul, et le reste est perdu"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "recv(1024)"}, {Text: " rend "}, {Style: prose.Strong, Text: "au plus"}, {Text: " 1024 octets. Le reste n'est pas perdu : il attend dans la file de réception. Ici, les lectures ont rendu {lectures} octets. Le serveur de la fiche affiche donc {nombre} messages là où vous en aviez tapé un."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " peut aussi rendre moins que ce qui est demandé, même s'il reste des octets à venir : « au plus », jamais « exactement »."}}},
			}},
		}},
		{ID: "caractere-coupe", Title: "Un caractère coupé en deux", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "En UTF-8, « é » tient en deux octets. Le client envoie 1023 lettres, puis « é » : 1025 octets. Le serveur exécute :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"message = connexion.recv(1024).decode()"}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Que se passe-t-il chez le serveur ?"}}},
			}, Options: []prose.Option{
				{ID: "bien", Spans: []prose.Span{{Text: "tout va bien : Python sait attendre la fin du caractère"}}},
				{ID: "erreur", Spans: []prose.Span{{Text: ""}, {Style: prose.CodeSpan, Text: "decode()"}, {Text: " échoue : le caractère est coupé au bord"}}},
				{ID: "remplace", Spans: []prose.Span{{Text: "le « é » est remplacé par un point d'interrogation"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le premier "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " a rendu {premiers} octets : le dernier, {octet}, n'est que la moitié de « é ». Seul, il ne veut rien dire. Le programme Python s'arrête sur une "}, {Style: prose.CodeSpan, Text: "UnicodeDecodeError"}, {Text: "."}}},
				{Spans: []prose.Span{{Text: "La faute n'est pas au réseau. Le programme a décodé un morceau de flux comme si c'était un texte entier."}}},
			}},
			{Name: "en-go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Python n'est pas disponible ici : labo a vérifié lui-même que les octets reçus par le premier "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " ne sont pas de l'UTF-8 complet."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le remède : garder les octets dans un tampon, et ne décoder que les messages complets."}}},
			}},
		}},
		{ID: "exit", Title: "exit : qui ferme le premier ?", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Vous tapez « exit ». Le client l'envoie, puis ferme. Le serveur reçoit « exit », puis ferme aussi. Ici, le client ferme le premier."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Les deux programmes ont appelé "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: ". Que reste-t-il dans la table ?"}}},
			}, Options: []prose.Option{
				{ID: "rien", Spans: []prose.Span{{Text: "plus rien : tout est fermé"}}},
				{ID: "client", Spans: []prose.Span{{Text: "une ligne, du côté de celui qui a fermé le premier"}}},
				{ID: "serveur", Spans: []prose.Span{{Text: "une ligne, du côté de celui qui a fermé le dernier"}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Celui qui ferme le premier garde un souvenir : "}, {Style: prose.Strong, Text: "TIME-WAIT"}, {Text: ". Aucun programme ne le tient, c'est le noyau. Il attend que les paquets en retard aient disparu, pour qu'ils ne se mêlent pas à une connexion suivante."}}},
				{Spans: []prose.Span{{Text: "Ici, ce souvenir est sur le port du client, {port-client} : il ne gêne personne. Si le serveur avait fermé le premier, il serait sur le port {port}."}}},
			}},
			{Name: "compte-a-rebours", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "La minuterie du noyau le dit : encore {reste}. Un peu plus tard, elle a baissé :"}}},
			}},
			{Name: "sans-souvenir", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ce système ne montre pas ce souvenir, ou ne l'a pas gardé. La règle, elle, est la même partout : c'est celui qui ferme le premier qui attend."}}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Avec les vrais programmes de la fiche, l'ordre est une course : les deux côtés ferment presque en même temps. L'étape 4 mesure ses suites : « port déjà pris »."}}},
			}},
		}},
		{ID: "partir-sans-exit", Title: "Partir sans dire exit", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "L'élève qui tient le client ferme sa fenêtre, sans taper « exit ». Le serveur de la fiche est dans cette boucle :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"while True:", "    message = connexion.recv(1024).decode()", "    if message.lower() == \"exit\":", "        break", "    print(f\"[Client] {{message}}\")"}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Que fait le serveur ?"}}},
			}, Options: []prose.Option{
				{ID: "arret", Spans: []prose.Span{{Text: "il s'arrête : plus de client, plus de boucle"}}},
				{ID: "attend", Spans: []prose.Span{{Text: "il attend dans "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " un client qui ne reviendra pas"}}},
				{ID: "boucle", Spans: []prose.Span{{Text: "il tourne sans fin et n'attend plus"}}},
			}},
			{Name: "avec-python", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo lance le vrai programme, avec {python}, lui connecte un client, puis fait partir ce client sans « exit »."}}},
			}},
			{Name: "en-go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "{raison}. labo fait tourner la même boucle en Go, sans l'affichage, pendant un temps borné."}}},
			}},
			{Name: "explication", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le client parti, "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " ne bloque plus : il rend 0 octet, tout de suite, à chaque appel. Zéro octet décodé donne le texte vide ; il n'est pas égal à « exit », alors la boucle repart. Mesuré : {lignes} tours en {duree}, {cpu} d'un cœur."}}},
				{Spans: []prose.Span{{Style: prose.CodeSpan, Text: "recv()"}, {Text: " qui rend 0 octet veut dire : l'autre côté a fermé, il n'y aura plus rien. Un test suffit, juste après "}, {Style: prose.CodeSpan, Text: "recv()"}, {Text: " :"}}},
				{Kind: prose.Code, Lang: "python", Lines: []string{"    if not message:", "        break"}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Laissez un élève le faire avec "}, {Style: prose.CodeSpan, Text: "python serveur.py"}, {Text: " et Ctrl+C dans "}, {Style: prose.CodeSpan, Text: "client.py"}, {Text: " : le ventilateur se met en route."}}},
			}},
		}},
		{ID: "a-vous", Title: "À vous", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Fini de regarder. Ouvrez deux terminaux, dans le dossier de vos programmes. Dans le premier :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"{python} serveur.py"}},
				{Spans: []prose.Span{{Text: "Dans le second :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"{python} client.py"}},
				{Spans: []prose.Span{{Text: "Échangez quelques messages, puis tapez « exit ». labo regarde le port {port} et commente ce qu'il voit. Pas encore de fichiers ? La commande "}, {Style: prose.CodeSpan, Text: "labo atelier"}, {Text: " les écrit."}}},
			}},
			{Name: "prediction", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Avant de commencer : combien de lignes verrez-vous au plus fort de l'échange ?"}}},
			}, Options: []prose.Option{
				{ID: "une", Spans: []prose.Span{{Text: "une"}}},
				{ID: "deux", Spans: []prose.Span{{Text: "deux"}}},
				{ID: "trois", Spans: []prose.Span{{Text: "trois"}}},
			}},
			{Name: "seul", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Personne n'est au clavier : labo joue lui-même les deux rôles, avec le serveur et le client de la fiche, dans d'autres processus."}}},
			}},
			{Name: "seul-en-go", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Personne n'est au clavier : labo joue lui-même les deux rôles. {raison} : le serveur et le client sont ceux de labo, qui parlent comme ceux de la fiche."}}},
			}},
			{Name: "sans-python", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo n'a pas trouvé Python sur cette machine. À la place des deux programmes, prenez ceux de labo, qui parlent de même : les commandes "}, {Style: prose.CodeSpan, Text: "labo serveur"}, {Text: " et "}, {Style: prose.CodeSpan, Text: "labo client"}, {Text: "."}}},
			}},
			{Name: "autre-port", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Vous jouez sur le port {port} : dans vos deux programmes, remplacez 12345 par {port}."}}},
			}},
			{Name: "port-retenu", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Attention : le noyau retient encore le port {port}, à cause d'une connexion précédente (TIME-WAIT). "}, {Style: prose.CodeSpan, Text: "{python} serveur.py"}, {Text: " sera refusé pendant {reste} encore."}}},
			}},
			{Name: "vu", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Voilà votre programme vu par le noyau : à l'écoute, connecté, fermé. Ce sont les mêmes états que ceux des scènes, et c'est votre code qui les a faits."}}},
				{Spans: []prose.Span{{Text: "Pour faire juger ces mêmes programmes, tapez après l'étape :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"labo verifier serveur.py client.py"}},
			}},
			{Name: "vu-seul", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Voilà les deux programmes vus par le noyau : à l'écoute, connectés, fermés. Ce sont les mêmes états que ceux des scènes. Avec les vôtres, vous verrez la même chose."}}},
			}},
			{Name: "pas-vu", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "labo n'a pas vu de conversation entière sur le port {port}. Ce n'est pas grave : rejouez la scène (touche r) quand vos programmes seront prêts."}}},
				{Spans: []prose.Span{{Text: "Pour faire juger ces mêmes programmes, tapez après l'étape :"}}},
				{Kind: prose.Code, Lang: "", Lines: []string{"labo verifier serveur.py client.py"}},
			}},
			{Name: "notes", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Les noms python et python3 dépendent des machines. Sous Windows, "}, {Style: prose.CodeSpan, Text: "py serveur.py"}, {Text: " marche aussi."}}},
			}},
		}},
	},
}
