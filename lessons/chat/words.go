package chat

import (
	"fmt"
	"net/netip"
	"strings"

	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// Words says the notice in French: one or two sentences, what happened and
// why. They are written with plain spaces, and commands between backquotes,
// for [text.Prose] or [text.Paragraph]. What came from the network is already
// visible.
func (n Notice) Words() string {
	if n.Duplex {
		if words := n.duplexWords(); words != "" {
			return words
		}
	}
	if words, ok := fixedWords[n.Kind]; ok {
		return words
	}
	switch n.Kind {
	case NoticeStopped:
		return "Arrêt demandé. " + n.leaving()
	case NoticeInputEnded:
		if n.Terminal {
			return "Fin de la saisie (" + text.EndKey + "). " + n.leaving()
		}
		return "Fin de l'entrée : il n'y a plus rien à envoyer. " + n.leaving()
	case NoticeExposed:
		return n.exposed()
	case NoticeClientLeft:
		return n.clientLeft()
	case NoticeClientBroke:
		return "Le client a coupé la connexion sans la fermer (RST) : la lecture échoue avec " + fault.Cause(n.Err) +
			". Ici, serveur.py s'arrêterait sur ConnectionResetError ; labo s'arrête proprement."
	case NoticeInvalid:
		return "Ce message contient des octets qui ne sont pas de l'UTF-8, montrés en hexadécimal (ici " +
			text.Visible(n.Text) + "). Ici, serveur.py s'arrêterait sur UnicodeDecodeError."
	case NoticeHTTP:
		return "Un programme qui parle HTTP appelle" + n.agent() + " : voici sa requête. Il attend une réponse que ce serveur n'enverra jamais, " +
			"car il ne fait que lire. Pour finir : arrêtez ce programme, ou Ctrl+C ici."
	case NoticeConnecting:
		return n.connecting()
	case NoticeServerLeft:
		return "Le serveur a fermé la connexion (FIN) : le client s'arrête." + n.unsent() +
			" client.py ne s'en apercevrait qu'à l'envoi, et pas dès le premier."
	case NoticeServerBroke:
		return "Le serveur a coupé la connexion (RST) : il s'est arrêté sans avoir tout lu, ou sans avoir accepté ce client. " +
			"Le noyau le dit par " + fault.Cause(n.Err) + "." + n.unsent()
	case NoticeServerTalks:
		return "Le serveur a envoyé " + text.Plural(n.N, "octet") + " : " + outside(n.Text, 60) +
			". client.py ne lit jamais : il ne les verrait pas."
	case NoticeLongLine:
		return fmt.Sprintf("Ce message fait %d octets et le serveur en lit %d au plus à la fois : "+
			"il le recevra en %d morceaux au moins.", n.N, ReadSize, (n.N+ReadSize-1)/ReadSize)
	case NoticeTerminalCut:
		return fmt.Sprintf("Cette ligne fait %d octets, le plus que le terminal laisse passer : "+
			"ce que vous auriez tapé au-delà est perdu, et labo ne l'a pas reçu.", n.N)
	}
	return ""
}

// connecting says what was seen of a call without an answer.
func (n Notice) connecting() string {
	said := "Toujours pas de réponse de " + n.Addr.String() + " après " + text.Duration(n.Waited) + ", ni oui ni non"
	if n.Asked > 0 {
		said += " : le noyau a envoyé sa demande (SYN) " + text.Number(n.Asked) + " fois"
	}
	why := "Pourquoi, labo ne le sait pas."
	if n.Seen.Outcome == probe.Pending {
		why = measured.ClientVerdict(n.Addr.Port(), n.Seen)
	}
	return said + ". " + why + " Le noyau continue d'essayer ; Ctrl+C pour abandonner."
}

// fixedWords are the notices that always say the same.
var fixedWords = map[NoticeKind]string{
	NoticeCutRune: "La lecture s'arrête au milieu d'un caractère : TCP transporte des octets, pas des lettres. " +
		"Ici, serveur.py s'arrêterait sur UnicodeDecodeError ; labo attend la suite pour montrer le caractère entier.",
	NoticeGlued: "Cette lecture finit par « exit », mais contient autre chose : TCP est un flux d'octets, " +
		"sans frontière entre les messages. " + onlyAlone,
	NoticeSplit: "Les derniers octets reçus forment « exit », mais en plusieurs lectures : TCP est un flux d'octets, " +
		"sans frontière entre les messages. " + onlyAlone,
	NoticeExitLine: "« exit » est suivi d'un saut de ligne, envoyé par la touche Entrée dans nc ou telnet : " +
		"ce n'est plus le mot seul, et le serveur continue, comme serveur.py. " +
		"Pour l'arrêter : Ctrl+C ici ou, là-bas, « exit » puis Ctrl+D au lieu d'Entrée.",
	NoticeLineEnd: "Ce message contient un saut de ligne (␊) : nc et telnet l'envoient avec chaque ligne, client.py non.",
	NoticeControl: "Ce message contient des caractères de commande : labo les montre (par exemple ␛ ou ␉) " +
		"au lieu de les donner au terminal, qui leur obéirait.",
	NoticeBrowser: "Un navigateur appelle : voici sa requête HTTP, où ␍␊ marque chaque fin de ligne. " +
		"Il attend une réponse que ce serveur n'enverra jamais, car il ne fait que lire : la page reste blanche. " +
		"Pour finir : fermez l'onglet, ou Ctrl+C ici.",
	NoticeTLS: "Ces octets ouvrent une connexion chiffrée (TLS, celle de https://) : ce serveur n'y comprend rien " +
		"et n'y répondra pas : un navigateur garde une page blanche. Ctrl+C ici, relancez, et tapez http:// là-bas.",
	NoticeDeaf: "Ce serveur ne fait que lire ce que le client envoie : ce que vous tapez ici ne part pas. " +
		"Pour l'arrêter : Ctrl+C ou " + text.EndKey + ".",
	NoticeOneExit: "Vous avez dit « exit » : ce côté n'enverra plus rien. La connexion reste ouverte, et l'autre peut encore parler, " +
		"jusqu'à son propre « exit ».",
	NoticePeerExit: "L'autre a dit « exit » : il n'enverra plus rien, mais il lit encore. Pour finir, dites « exit » vous aussi.",
	NoticeMuted:    "Vous avez dit « exit » : ce que vous tapez ne part plus. Attendez le « exit » de l'autre, ou Ctrl+C pour arrêter.",
	NoticeEarly: "Aucun client n'est encore là : ce que vous tapez partira dès qu'il y en aura un. " +
		"Pour arrêter : Ctrl+C ou " + text.EndKey + ".",
	NoticeEmptyLine: "Ligne vide : il n'y a aucun octet à envoyer, donc rien ne part et le serveur ne voit rien.",
}

// onlyAlone is what stops a server, after a stop word that was not alone.
const onlyAlone = "Le serveur ne s'arrête que si une lecture vaut exactement « exit », comme serveur.py ; " +
	"sinon : Ctrl+C ici."

// leaving says what the peer sees when this side ends the conversation.
func (n Notice) leaving() string {
	switch {
	case n.Server && n.Connected:
		return "Le serveur ferme la connexion, et le noyau prévient le client."
	case n.Server:
		return "Aucun client n'était venu ; le serveur rend son port au système."
	case n.Connected:
		return "Le client ferme la connexion sans envoyer « exit » : le serveur lit alors 0 octet, la fin du flux " +
			"(serveur.py tourne alors en boucle)."
	}
	return "Le client n'était pas encore connecté."
}

func (n Notice) exposed() string {
	addr := n.Addr.Addr()
	s := "Écoute sur " + addr.String()
	switch {
	case !addr.IsUnspecified():
		s += " : toute machine qui peut joindre cette adresse"
	case len(n.Reachable) == 0:
		s += ", donc sur toutes les adresses de cette machine : toute machine qui peut en joindre une"
	default:
		s += ", donc sur toutes les adresses de cette machine (" + addressList(n.Reachable) +
			") : toute machine qui peut en joindre une"
	}
	return s + " pourra se connecter, et rien n'est chiffré. Sans --hote, seuls les programmes d'ici le peuvent."
}

func (n Notice) clientLeft() string {
	const loops = " Ici, serveur.py tournerait en boucle ; labo s'arrête."
	switch {
	case n.N == 0:
		return "Le client a fermé la connexion (FIN) sans avoir rien envoyé : un navigateur en ouvre parfois une d'avance, " +
			"pour rien." + loops
	case n.Web:
		return "Le client a fermé la connexion (FIN) : chaque lecture renvoie désormais 0 octet." + loops
	case n.Glued:
		return "Le client a fermé la connexion (FIN) ; « exit » était venu, mais pas seul dans une lecture, " +
			"et n'a pas compté." + loops
	}
	return "Le client est parti sans « exit » : il a fermé la connexion (FIN), et chaque lecture renvoie désormais 0 octet." + loops
}

// agent names a caller by its User-Agent.
func (n Notice) agent() string {
	if n.Text == "" {
		return ""
	}
	return " (" + outside(n.Text, 40) + ")"
}

// unsent tells that a message was lost.
func (n Notice) unsent() string {
	if n.N == 0 {
		return ""
	}
	return " Votre dernier message (" + text.Plural(n.N, "octet") + ") n'est pas parti."
}

// plain makes a text from outside visible. A backquote would begin a command
// in [text.Prose].
func plain(s string) string { return strings.ReplaceAll(text.Visible(s), "`", "'") }

// outside quotes at most width cells of a text from outside.
func outside(s string, width int) string { return "« " + text.Truncate(plain(s), width) + " »" }

func addressList(addrs []netip.Addr) string {
	const most = 3
	var words []string
	for i, a := range addrs {
		if i == most {
			words = append(words, "…")
			break
		}
		words = append(words, a.String())
	}
	return strings.Join(words, ", ")
}
