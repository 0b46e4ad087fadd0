package trace

import (
	"fmt"
	"runtime"

	"labo/lessons/text"
	"labo/probe/syscalls"
)

// Word explains a call: what it is for, where the manual speaks of it, and
// what Go's net package does in its place.
type Word struct {
	Says string // one French sentence, written with plain spaces
	Man  string // "accept(2)", "" where this system has no such page
	Go   string // French: which Go function makes it, "" when none does
}

const (
	goListen = "net.Listen le fait pour vous"
	goDial   = "net.Dial le fait pour vous"
	goWait   = "seule la goroutine attend : Go demande à epoll quels sockets sont prêts"
	goThread = "l'instruction go crée une goroutine, bien plus légère ; Go ne crée un fil du système que s'il en manque"
)

var words = map[string]Word{
	"socket":          {"Demande un socket au noyau, qui le crée et répond par son numéro : le descripteur.", "socket(2)", "net.Listen et net.Dial le font pour vous"},
	"socketpair":      {"Demande deux sockets déjà reliés l'un à l'autre, sans passer par le réseau.", "socketpair(2)", ""},
	"bind":            {"Réserve une adresse et un port auprès du noyau : personne d'autre ne pourra les prendre.", "bind(2)", goListen},
	"listen":          {"Ouvre le port : dès maintenant le noyau accepte les connexions et les garde dans une file d'attente.", "listen(2)", goListen + ", avec une file bien plus longue"},
	"accept":          {"Prend la première connexion de la file, sur un nouveau descripteur ; si la file est vide, le noyau endort le fil jusqu'à l'arrivée d'un client.", "accept(2)", "Listener.Accept ; " + goWait},
	"connect":         {"Demande la connexion au serveur ; le noyau échange les paquets SYN et ne répond qu'une fois la réponse arrivée.", "connect(2)", goDial},
	"sendto":          {"Confie des octets au noyau, qui les enverra : réussir veut dire « confié », pas encore « reçu ».", "send(2)", "Conn.Write appelle write"},
	"recvfrom":        {"Prend les octets que le noyau a reçus pour ce socket ; s'il n'y en a pas, le noyau endort le fil.", "recv(2)", "Conn.Read appelle read ; " + goWait},
	"sendmsg":         {"Confie au noyau un message formé de plusieurs morceaux.", "sendmsg(2)", ""},
	"recvmsg":         {"Prend un message que le noyau a reçu, avec ce qui l'accompagne.", "recvmsg(2)", ""},
	"sendmmsg":        {"Confie au noyau plusieurs messages d'un coup.", "sendmmsg(2)", ""},
	"recvmmsg":        {"Prend plusieurs messages d'un coup.", "recvmmsg(2)", ""},
	"read":            {"Demande des octets : ce que vous tapez (descripteur 0), ou ce qu'un socket a reçu ; s'il n'y a rien, le noyau endort le fil.", "read(2)", "os.Stdin.Read et Conn.Read"},
	"write":           {"Donne des octets au noyau : pour l'écran (descripteurs 1 et 2) ou pour un socket.", "write(2)", "fmt.Println et Conn.Write"},
	"readv":           {"Demande des octets, rangés dans plusieurs zones.", "readv(2)", ""},
	"writev":          {"Donne au noyau des octets pris dans plusieurs zones.", "writev(2)", "net.Buffers.WriteTo"},
	"shutdown":        {"Annonce à l'autre côté qu'on n'enverra plus rien (FIN), en gardant le descripteur.", "shutdown(2)", "TCPConn.CloseWrite"},
	"close":           {"Rend le descripteur ; pour une connexion, le noyau prévient l'autre côté (FIN).", "close(2)", "Conn.Close et Listener.Close"},
	"setsockopt":      {"Règle une option du socket dans le noyau.", "setsockopt(2)", "net.Listen règle SO_REUSEADDR sans le dire ; ListenConfig.Control pour le reste"},
	"getsockopt":      {"Demande au noyau la valeur d'une option du socket.", "getsockopt(2)", "SyscallConn"},
	"getsockname":     {"Demande au noyau l'adresse et le port de ce côté-ci du socket.", "getsockname(2)", "Conn.LocalAddr, retenue dès l'ouverture"},
	"getpeername":     {"Demande au noyau l'adresse et le port de l'autre côté.", "getpeername(2)", "Conn.RemoteAddr, retenue dès l'ouverture"},
	"poll":            {"Attend que l'un de plusieurs descripteurs soit prêt, au plus le temps indiqué.", "poll(2)", goWait},
	"select":          {"Attend que l'un de plusieurs descripteurs soit prêt, au plus le temps indiqué.", "select(2)", goWait},
	"epoll_wait":      {"Attend que l'un des descripteurs confiés à epoll soit prêt.", "epoll_wait(2)", "toutes les goroutines en attente passent par lui"},
	"clone":           {"Crée un fil d'exécution ou un processus : c'est le noyau qui le fera avancer.", "clone(2)", goThread},
	"fork":            {"Crée un processus, copie de celui-ci.", "fork(2)", "os/exec"},
	"vfork":           {"Crée un processus qui va lancer un autre programme ; celui-ci attend qu'il l'ait fait.", "vfork(2)", "os/exec"},
	"futex":           {"Attend qu'un autre fil libère un verrou ou se termine : c'est ainsi que join() attend.", "futex(2)", "sync.WaitGroup.Wait ; seule la goroutine attend"},
	"execve":          {"Remplace le programme de ce processus par un autre.", "execve(2)", "os/exec"},
	"execveat":        {"Remplace le programme de ce processus par un autre.", "execveat(2)", ""},
	"exit":            {"Termine ce fil d'exécution ; l'appel ne revient pas.", "exit(2)", ""},
	"exit_group":      {"Termine le programme et tous ses fils ; le noyau ferme ce qui était resté ouvert.", "exit_group(2)", "os.Exit"},
	"wait4":           {"Attend la fin d'un processus lancé par celui-ci.", "wait4(2)", "exec.Cmd.Wait"},
	"waitid":          {"Attend la fin d'un processus lancé par celui-ci.", "waitid(2)", "exec.Cmd.Wait"},
	"nanosleep":       {"Demande au noyau de dormir le temps indiqué.", "nanosleep(2)", "time.Sleep ; seule la goroutine dort"},
	"dup":             {"Demande un second numéro pour le même socket : il ne sera fermé qu'avec le dernier.", "dup(2)", ""},
	"pipe":            {"Demande un tube : ce qui entre d'un côté sort de l'autre.", "pipe(2)", "os.Pipe"},
	"restart_syscall": {"Le noyau reprend un appel qu'un signal avait interrompu.", "restart_syscall(2)", ""},
}

// pythonWords are the methods of the portable journal: what Python was asked,
// which becomes one system call or several.
var pythonWords = map[string]Word{
	"accept":      {"Python demande au système la prochaine connexion ; s'il n'y en a pas, le fil attend.", "accept(2)", "Listener.Accept"},
	"send":        {"Python confie des octets au système, qui peut n'en prendre qu'une partie.", "send(2)", "Conn.Write"},
	"sendall":     {"Python confie des octets au système, autant de fois qu'il faut pour que tous soient pris.", "send(2)", "Conn.Write"},
	"sendto":      {"Python confie des octets au système, avec leur destination.", "send(2)", "PacketConn.WriteTo"},
	"recv":        {"Python demande au système les octets reçus ; s'il n'y en a pas, le fil attend.", "recv(2)", "Conn.Read"},
	"input":       {"Python écrit l'invite, puis demande au système une ligne du clavier et attend.", "read(2)", "bufio.Scanner sur os.Stdin"},
	"print":       {"Python écrit un texte sur la sortie ; le système le reçoit tout de suite, ou plus tard si Python le garde.", "write(2)", "fmt.Println"},
	"start":       {"Python demande au système un nouveau fil d'exécution.", "clone(2)", goThread},
	"join":        {"Python attend la fin d'un fil d'exécution.", "futex(2)", "sync.WaitGroup.Wait"},
	"sleep":       {"Python demande au système de dormir.", "clock_nanosleep(2)", "time.Sleep"},
	"getaddrinfo": {"Python cherche l'adresse qui correspond à un nom.", "getaddrinfo(3)", "net.Resolver"},
}

// sameWord are the calls that are explained as another.
var sameWord = map[string]string{
	"accept4": "accept", "ppoll": "poll", "pselect6": "select", "epoll_pwait": "epoll_wait",
	"epoll_pwait2": "epoll_wait", "clone3": "clone", "clock_nanosleep": "nanosleep", "dup2": "dup",
	"dup3": "dup", "pipe2": "pipe", "recv_into": "recv", "recvfrom_into": "recvfrom", "connect_ex": "connect",
	"create_connection": "connect",
}

// WordKey returns the name under which a call is explained.
func WordKey(name string) string {
	if same, ok := sameWord[name]; ok {
		return same
	}
	return name
}

// Explain returns what there is to say of a call. It reports false for a call
// it does not know.
func Explain(name string, source syscalls.Source) (Word, bool) {
	key := WordKey(name)
	w, ok := words[key]
	if source == syscalls.SourcePython {
		if p, known := pythonWords[key]; known {
			w, ok = p, true
		}
	}
	if !hasPage(runtime.GOOS, w.Man) {
		w.Man = ""
	}
	return w, ok
}

// hasPage reports whether a system has that page of the manual.
func hasPage(goos, man string) bool {
	switch goos {
	case "windows":
		return false
	case "darwin":
		return man != "futex(2)" && man != "clone(2)" && man != "clock_nanosleep(2)"
	}
	return true
}

// errnoWords say errors as a reader would; the kernel's names stand beside.
var errnoWords = map[string]string{
	"EADDRINUSE":    "adresse déjà prise",
	"EADDRNOTAVAIL": "cette adresse n'est pas celle de cette machine",
	"EACCES":        "interdit",
	"EPERM":         "interdit",
	"EAGAIN":        "rien pour l'instant",
	"EBADF":         "ce descripteur n'existe pas, ou plus",
	"ECHILD":        "plus d'enfant à attendre",
	"ECONNABORTED":  "connexion abandonnée",
	"ECONNREFUSED":  "connexion refusée : personne n'écoute sur ce port",
	"ECONNRESET":    "connexion coupée net par l'autre côté",
	"EDESTADDRREQ":  "il manque une destination",
	"EEXIST":        "existe déjà",
	"EFAULT":        "mauvaise adresse en mémoire",
	"EHOSTUNREACH":  "machine impossible à joindre",
	"EINPROGRESS":   "la connexion commence ; elle se finira plus tard",
	"EALREADY":      "la connexion se fait déjà",
	"EINTR":         "interrompu par un signal",
	"EINVAL":        "demande qui n'a pas de sens ici",
	"EIO":           "erreur d'entrée-sortie",
	"EISCONN":       "déjà connecté",
	"EMFILE":        "trop de fichiers ouverts par ce programme",
	"ENFILE":        "trop de fichiers ouverts sur la machine",
	"EMSGSIZE":      "message trop long",
	"ENETUNREACH":   "réseau impossible à joindre",
	"ENOBUFS":       "plus de place dans le noyau",
	"ENOENT":        "introuvable",
	"ENOEXEC":       "ce n'est pas un programme",
	"ENOMEM":        "plus de mémoire",
	"ENOPROTOOPT":   "option inconnue ici",
	"ENOSYS":        "ce noyau n'a pas cet appel",
	"ENOTCONN":      "pas connecté",
	"ENOTSOCK":      "ce descripteur n'est pas un socket",
	"EOPNOTSUPP":    "impossible sur ce genre de socket",
	"EPIPE":         "l'autre côté a fermé : plus personne ne lit",
	"ERESTART":      "interrompu par un signal ; le noyau recommence l'appel, ou rend EINTR si le programme l'a voulu",
	"ETIMEDOUT":     "aucune réponse à temps",
	"timeout":       "aucune réponse à temps",
}

// ErrnoWords returns an error in French words, "" for one it does not know.
func ErrnoWords(name string) string {
	if name == "EWOULDBLOCK" {
		name = "EAGAIN"
	}
	return errnoWords[name]
}

// WhyText says why the kernel could not be watched. "" for nil.
func WhyText(why *syscalls.UnavailableError) string {
	if why == nil {
		return ""
	}
	switch why.Reason {
	case syscalls.NotThisSystem:
		return "Sur ce système, labo ne peut pas regarder le noyau : il faut Linux, sur x86-64 ou ARM 64 bits."
	case syscalls.Yama:
		const setting = "Le réglage de sécurité Yama (/proc/sys/kernel/yama/ptrace_scope vaut %d) "
		if why.Scope == 2 {
			return fmt.Sprintf(setting, why.Scope) + "réserve à l'administrateur le droit d'observer un programme."
		}
		return fmt.Sprintf(setting, why.Scope) + "interdit à tous d'observer un programme, jusqu'au prochain démarrage."
	case syscalls.AlreadyTraced:
		return "Un autre programme nous observe déjà : " + text.Visible(why.Tracer) + "."
	case syscalls.OldKernel:
		return "Ce noyau Linux est trop ancien : il faut au moins la version 5.3."
	case syscalls.NoSeccomp:
		return "Le noyau refuse le filtre seccomp."
	}
	return "Le noyau refuse ptrace : c'est le cas dans certains conteneurs."
}
