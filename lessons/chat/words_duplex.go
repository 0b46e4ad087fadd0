package chat

import (
	"fmt"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// duplexWords are the words of a notice in a conversation in both directions,
// "" where they are those of the one-way programs.
func (n Notice) duplexWords() string {
	me, other, peer := "client2.py", "serveur2.py", "Le serveur"
	if n.Server {
		me, other, peer = "serveur2.py", "client2.py", "Le client"
	}
	switch n.Kind {
	case NoticeStopped:
		return n.stoppedBoth(me, other)
	case NoticeInputEnded:
		if n.Connected {
			return n.silent(other)
		}
	case NoticeClientLeft, NoticeServerLeft:
		return n.peerLeft(me, peer) + n.unsent()
	case NoticeClientBroke, NoticeServerBroke:
		return peer + " a coupé la connexion (RST) : il s'est arrêté sans tout lire. Le noyau le dit par " + fault.Cause(n.Err) + "." +
			n.unsent() + " Ici, " + n.deafened(me, "ConnectionResetError") + ", mais resterait dans input() ; labo s'arrête."
	case NoticeCutRune:
		return "La lecture s'arrête au milieu d'un caractère : TCP transporte des octets, pas des lettres. " +
			"Ici, " + n.deafened(me, "UnicodeDecodeError") + " ; labo attend la suite pour montrer le caractère entier."
	case NoticeInvalid:
		return "Ce message contient des octets qui ne sont pas de l'UTF-8, montrés en hexadécimal (ici " +
			text.Visible(n.Text) + "). Ici, " + n.deafened(me, "UnicodeDecodeError") + " ; labo écoute toujours."
	case NoticeGlued:
		return "Cette lecture finit par « exit », mais contient autre chose : TCP est un flux d'octets, " +
			"sans frontière entre les messages. " + aloneBoth(me)
	case NoticeSplit:
		return "Les derniers octets reçus forment « exit », mais en plusieurs lectures : TCP est un flux d'octets, " +
			"sans frontière entre les messages. " + aloneBoth(me)
	case NoticeExitLine:
		return "« exit » est suivi d'un saut de ligne, envoyé par la touche Entrée dans nc ou telnet : " +
			"ce n'est plus le mot seul, et l'écoute continue, comme dans " + me + ". " +
			"Pour la finir : là-bas, « exit » puis Ctrl+D au lieu d'Entrée ; sinon, Ctrl+C ici."
	case NoticeLineEnd:
		return "Ce message contient un saut de ligne (␊) : nc et telnet l'envoient avec chaque ligne, " + other + " non."
	case NoticeBrowser:
		return "Un navigateur appelle : voici sa requête HTTP, où ␍␊ marque chaque fin de ligne. Il attend une réponse HTTP : " +
			"ce que vous taperez lui sera envoyé, mais n'en sera pas une. Pour finir : fermez l'onglet, ou Ctrl+C ici."
	case NoticeHTTP:
		return "Un programme qui parle HTTP appelle" + n.agent() + " : voici sa requête. Il attend une réponse HTTP : " +
			"ce que vous taperez lui sera envoyé, mais n'en sera pas une. Pour finir : arrêtez ce programme, ou Ctrl+C ici."
	case NoticeTLS:
		return "Ces octets ouvrent une connexion chiffrée (TLS, celle de https://) : ce programme n'y comprend rien, " +
			"et l'autre ne comprendrait pas ce que vous tapez. Ctrl+C ici, relancez, et tapez http:// là-bas."
	case NoticeEmptyLine:
		return "Ligne vide : il n'y a aucun octet à envoyer, donc rien ne part et l'autre ne voit rien."
	case NoticeLongLine:
		return fmt.Sprintf("Ce message fait %d octets et l'autre en lit %d au plus à la fois : "+
			"il le recevra en %d morceaux au moins.", n.N, ReadSize, (n.N+ReadSize-1)/ReadSize)
	}
	return ""
}

// deafened says what an exception does to the thread of the sheet's program
// that listens: serveur2.py has a bare except, client2.py has none.
func (n Notice) deafened(me, exception string) string {
	if n.Server {
		return "le `except:` de " + me + " avalerait " + exception + " : il n'écouterait plus, sans un mot"
	}
	return "le thread de " + me + " qui écoute mourrait de " + exception + " : il n'entendrait plus rien"
}

func aloneBoth(me string) string {
	return "L'écoute ne finit que si une lecture vaut exactement « exit », comme dans " + me + " ; sinon : Ctrl+C ici."
}

// stays is what becomes of a sheet's program whose peer has gone unnoticed.
func stays(me string) string {
	return "Ici, " + me + " resterait dans input() : votre premier message serait perdu sans un mot, le second échouerait (EPIPE)."
}

// peerLeft says that the peer's FIN came.
func (n Notice) peerLeft(me, peer string) string {
	switch {
	case n.Heard:
		return peer + " avait dit « exit », et il est parti sans attendre le vôtre (FIN) : labo s'arrête. " + stays(me)
	case n.Sent && n.Server:
		return peer + " a fermé la connexion (FIN) sans dire « exit »" + n.butGlued() +
			" ; vous aviez dit le vôtre : la conversation est finie. " + me + " s'arrêterait aussi."
	case n.Server:
		return peer + " est parti sans « exit » : il a fermé la connexion (FIN)" + n.butGlued() + ", labo s'arrête. " + stays(me)
	}
	return peer + " a fermé la connexion (FIN) sans dire « exit »" + n.butGlued() + " : labo s'arrête. Ici, " + me +
		" tournerait en boucle : chaque lecture renvoie 0 octet, et il n'attend que « exit »."
}

func (n Notice) butGlued() string {
	if n.Glued {
		return " (« exit » était venu, mais pas seul dans une lecture)"
	}
	return ""
}

// stoppedBoth says what the peer sees after Ctrl+C here.
func (n Notice) stoppedBoth(me, other string) string {
	if !n.Connected {
		return "Arrêt demandé. " + n.leaving()
	}
	s := "Arrêt demandé : labo ferme la connexion" + n.seenBy(other) + "."
	return s + " À " + me + ", il faudrait deux Ctrl+C : le premier n'interrompt que `join()`."
}

// seenBy says what the sheet's program at the other end makes of our FIN.
func (n Notice) seenBy(other string) string {
	switch {
	case n.Sent:
		return ". Votre « exit » était parti : un " + other + " n'écoute plus, et ne le verra qu'en envoyant"
	case n.Server:
		return " sans dire « exit ». Un client2.py lit alors 0 octet, sans fin, et tourne en boucle"
	case n.Heard:
		return " sans dire « exit ». Un serveur2.py lit alors 0 octet et s'arrête, car il avait dit le sien"
	}
	return " sans dire « exit ». Un serveur2.py lit alors 0 octet et dit « a quitté », mais reste dans input()"
}

// silent tells that one direction ended with the input.
func (n Notice) silent(other string) string {
	why := "Fin de l'entrée : il n'y a plus rien à envoyer."
	if n.Terminal {
		why = "Fin de la saisie (" + text.EndKey + ") : vous ne pouvez plus rien envoyer."
	}
	if n.Heard {
		return why + " L'autre avait dit « exit » : labo ferme la connexion" + n.seenBy(other) + "."
	}
	return why + " L'autre peut encore parler, et labo attend son « exit ». Ctrl+C pour arrêter."
}
