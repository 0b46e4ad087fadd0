// Code generated from etats.md by go generate. DO NOT EDIT.

package compiled

import "labo/lessons/prose"

var etats = &prose.Step{
	Title:   "Les onze états de TCP",
	Summary: "Chaque état d'une connexion, fabriqué pour de vrai sur cette machine et vu dans la table du noyau.",
	Sections: []*prose.Section{
		{ID: "closed", Title: "CLOSED", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le point de départ et d'arrivée. Ce socket existe, mais il n'est relié à rien : il n'est dans aucune table."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Style: prose.CodeSpan, Text: "socket()"}, {Text: ", et rien d'autre"}}}},
			}},
			{Name: "preuve", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le socket existe : son inode est {inode}. La table a {lignes}, et aucune ne porte cet inode."}}},
			}},
		}},
		{ID: "listen", Title: "LISTEN", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Un serveur attend des clients. C'est la porte d'entrée, pas une connexion."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Style: prose.CodeSpan, Text: "bind()"}, {Text: " sur un port"}}, {{Style: prose.CodeSpan, Text: "listen()"}}}},
			}},
		}},
		{ID: "syn-sent", Title: "SYN-SENT", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Le client a envoyé sa demande (SYN) et n'a pas encore de réponse. D'ordinaire, cela ne dure que quelques microsecondes ici."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "un serveur demande la plus petite file d'attente : "}, {Style: prose.CodeSpan, Text: "listen(0)"}}, {{Text: "un premier client l'occupe, et personne n'appelle "}, {Style: prose.CodeSpan, Text: "accept()"}}, {{Text: "un second client se connecte : sa demande est ignorée, il la renvoie"}}}},
			}},
		}},
		{ID: "syn-received", Title: "SYN-RECEIVED", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "La demande est arrivée, la réponse est partie. Il manque la confirmation du client."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "un serveur dit au noyau d'ignorer les clients muets : "}, {Style: prose.CodeSpan, Text: "TCP_DEFER_ACCEPT"}}, {{Text: "un client se connecte et n'envoie rien"}}, {{Text: "le client se croit connecté, le serveur attend toujours"}}}},
			}},
		}},
		{ID: "established", Title: "ESTABLISHED", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "La connexion est ouverte : chaque côté peut envoyer et recevoir."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "un serveur écoute"}}, {{Text: "un client appelle "}, {Style: prose.CodeSpan, Text: "connect()"}}}},
			}},
		}},
		{ID: "fin-wait-1", Title: "FIN-WAIT-1", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Ce côté a dit qu'il n'enverrait plus rien (FIN), mais l'autre ne l'a pas encore confirmé."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "le client envoie jusqu'à remplir les files de l'autre, qui ne lit pas"}}, {{Text: "il appelle "}, {Style: prose.CodeSpan, Text: "shutdown()"}, {Text: " : son FIN ne peut pas partir, il attend derrière les octets"}}}},
			}},
		}},
		{ID: "fin-wait-2", Title: "FIN-WAIT-2", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "L'autre a confirmé notre FIN. Il n'a pas encore fermé son propre sens."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "le client appelle "}, {Style: prose.CodeSpan, Text: "shutdown()"}}, {{Text: "le serveur garde son côté ouvert"}}}},
			}},
		}},
		{ID: "close-wait", Title: "CLOSE-WAIT", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "L'autre a fermé, nous pas encore. Un programme qui oublie "}, {Style: prose.CodeSpan, Text: "close()"}, {Text: " reste ici."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "le client appelle "}, {Style: prose.CodeSpan, Text: "shutdown()"}}, {{Text: "le serveur ne ferme pas : regardez "}, {Style: prose.Strong, Text: "son"}, {Text: " côté"}}}},
			}},
		}},
		{ID: "closing", Title: "CLOSING", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "Les deux côtés ont fermé en même temps, et chacun attend la confirmation de l'autre. C'est l'état le plus rare."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "les deux côtés envoient jusqu'à remplir les files de l'autre"}}, {{Text: "les deux appellent "}, {Style: prose.CodeSpan, Text: "shutdown()"}, {Text: " : aucun FIN ne peut partir"}}, {{Text: "le serveur lit tout : le FIN du client arrive, alors que le sien attend encore"}}}},
			}},
		}},
		{ID: "last-ack", Title: "LAST-ACK", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "L'autre a fermé le premier, puis nous. Il ne manque que sa dernière confirmation."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "le client appelle "}, {Style: prose.CodeSpan, Text: "shutdown()"}}, {{Text: "le serveur remplit les files du client, qui ne lit pas"}}, {{Text: "le serveur appelle "}, {Style: prose.CodeSpan, Text: "shutdown()"}, {Text: " : son FIN attend derrière les octets"}}}},
			}},
		}},
		{ID: "time-wait", Title: "TIME-WAIT", Parts: []*prose.Part{
			{Name: "", Blocks: []prose.Block{
				{Spans: []prose.Span{{Text: "La connexion est finie. Le noyau s'en souvient encore un moment, du côté qui a fermé le premier."}}},
			}},
			{Name: "recette", Blocks: []prose.Block{
				{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Text: "le client ferme le premier"}}, {{Text: "le serveur ferme ensuite"}}}},
			}},
		}},
	},
}
