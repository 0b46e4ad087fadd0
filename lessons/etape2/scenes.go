// Package etape2 is the client of the sheet: what it lends, sends and leaves.
package etape2

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// Step returns the scenes, in their order.
func Step() bench.Step {
	return bench.Step{Number: 2, Scenes: []bench.Scene{
		{ID: "port-ephemere", Run: portEphemere},
		{ID: "ecrire-connect", Run: act.Fill("client.py", 1, 2)},
		{ID: "vos-messages", Run: vosMessages},
		{ID: "ecrire-envoi", Run: act.Fill("client.py", 3, 4)},
		{ID: "ligne-vide", Run: ligneVide},
		{ID: "un-flux", Run: unFlux},
		{ID: "trois-mille-octets", Run: troisMilleOctets},
		{ID: "caractere-coupe", Run: caractereCoupe},
		{ID: "exit", Run: exitScene},
		{ID: "ecrire-fin", Run: act.Fill("client.py", 5, 6)},
		{ID: "partir-sans-exit", Run: partirSansExit},
		{ID: "a-vous", Run: aVous},
	}}
}

// portEphemere: the kernel lends each client a port.
func portEphemere(ctx context.Context, b *bench.Bench) {
	b.Say("")
	l, err := chat.Listen(ctx, b.Server)
	b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
	defer l.Close()
	p := b.Predict("prediction").Apart()
	first, second := act.Connected(ctx, b), demo.Attempt{}
	defer func() { demo.Abort(first.Conn); demo.Abort(second.Conn) }()
	second = act.Connected(ctx, b)
	one, two := act.AddrPort(first.Conn.LocalAddr()).Port(), act.AddrPort(second.Conn.LocalAddr()).Port()
	ports, rangeErr := probe.EphemeralPorts(ctx)
	b.Kernel(b.Until("deux connexions établies", func(s *probe.Snapshot) bool { return len(act.InState(s, probe.Established)) == 4 }))
	measured := fmt.Sprintf("%d, puis %d", one, two)
	switch {
	case one == b.Port || two == b.Port:
		p.Settle("serveur", measured)
	case one == two:
		p.Settle("identiques", measured)
	default:
		p.Settle("differents", measured)
	}
	b.Set("premier", one)
	b.Set("second", two)
	if rangeErr == nil { // else what goes further is not said
		b.Set("bas", ports.Low)
		b.Set("haut", ports.High)
		b.Set("plage", rangeCheck())
	}
	b.Explain("explication")
}

// vosMessages: the reader's own messages cross, byte by byte.
func vosMessages(ctx context.Context, b *bench.Bench) {
	b.Say("")
	k := act.NewPair(ctx, b)
	defer k.Cut()
	p := b.Predict("prediction").Apart()
	if b.Alone() {
		b.Say("saisie-seul")
	} else {
		b.Say("saisie")
	}
	script := []string{"bonjour", "ça va ?"}
	typed, read, letters, same := 0, 0, 0, true
	for {
		line, ok := b.Input("Votre message", &script)
		if !ok {
			break
		}
		k.Send(line)
		if line == "" {
			b.Note("une ligne vide : 0 octet, rien n'est parti (la scène « La ligne vide » y revient)")
			continue
		}
		if typed == 0 { // the first is looked at before it is read
			b.Kernel(k.Arrived(min(len(line), 1)))
			b.Pause()
		}
		got := readAll(k, len(line))
		if strings.EqualFold(line, "exit") {
			b.Note("« exit » n'est ici qu'un message : pour passer à la suite, tapez :fin")
		}
		typed, read, letters, same = typed+len(line), read+len(got), letters+utf8.RuneCountInString(line), same && got == line
	}
	measured := fmt.Sprintf("%s, %s", text.Plural(typed, "octet tapé"), text.Plural(read, "octet lu"))
	switch {
	case typed == 0:
		p.Leave("aucun message n'a été tapé")
	case same:
		p.Settle("octets", measured+", et aucune fin de ligne")
	default:
		p.Settle("", measured)
	}
	if letters == typed {
		b.Explain("explication")
		return
	}
	b.Set("caracteres", text.Plural(letters, "caractère"))
	b.Set("octets", text.Plural(typed, "octet"))
	b.Explain("explication", "accents")
}

// readAll has the server read until it has n bytes.
func readAll(k *act.Pair, n int) string {
	var all []byte
	for len(all) < n {
		data, came := k.Recv(2 * time.Second)
		if !came || len(data) == 0 {
			break
		}
		all = append(all, data...)
	}
	return string(all)
}

// ligneVide: sending nothing sends nothing.
func ligneVide(ctx context.Context, b *bench.Bench) {
	b.Say("")
	k := act.NewPair(ctx, b)
	defer k.Cut()
	p := b.Predict("prediction").Apart()
	k.Send("")
	data, came := k.Recv(b.ReadingTime(time.Second, 200*time.Millisecond))
	b.Kernel(b.Sockets())
	switch {
	case !came:
		p.Settle("rien", "recv() attend toujours, aucun octet dans sa file")
	case len(data) == 0:
		p.Settle("fin", "recv() a rendu 0 octet")
	default:
		p.Settle("", "recv() a rendu "+text.Plural(len(data), "octet"))
	}
	b.ExplainUsual(!came, "explication")
}

// unFlux: three sends are not three messages.
func unFlux(ctx context.Context, b *bench.Bench) {
	words := bench.Anew(b, [3]string{"un", "deux", "exit"}, [3]string{"bonjour", "merci", "exit"}, [3]string{"rouge", "vert", "exit"})
	b.Set("premier", words[0])
	b.Set("second", words[1])
	b.Say("")
	k := act.NewPair(ctx, b)
	defer k.Cut()
	p := b.Predict("prediction").Apart()
	total := 0
	for _, word := range words {
		k.Send(word)
		total += len(word)
	}
	b.Kernel(k.Arrived(total))
	first, _ := k.Recv(2 * time.Second)
	reads, left := 1, total-len(first)
	for ; left > 0; reads++ {
		data, came := k.Recv(2 * time.Second)
		if !came || len(data) == 0 {
			break
		}
		left -= len(data)
	}
	b.Set("recu", string(first))
	options := map[int]string{1: "un", 2: "deux", 3: "trois"}
	if left > 0 { // not all came: how many reads it takes is not known
		options = nil
	}
	p.Settle(options[reads], "« "+text.Visible(string(first))+" »")
	b.ExplainUsual(reads == 1 && left == 0, "explication")
}

// troisMilleOctets: recv(1024) returns at most 1024 bytes.
func troisMilleOctets(ctx context.Context, b *bench.Bench) {
	const size = 3000
	most := bench.Anew(b, chat.ReadSize, 512, 800)
	all := (size + most - 1) / most // reads, where each returns as much as it may
	b.Set("taille", most)
	b.Set("lectures", text.InWords(all))
	b.Say("")
	k := act.NewPair(ctx, b)
	defer k.Cut()
	k.Size = most
	p := b.Predict("prediction").Apart()
	k.Send(act.Letters(size))
	b.Kernel(k.Arrived(size))
	b.Pause()
	var reads []string
	left := size
	for left > 0 {
		data, came := k.Recv(2 * time.Second)
		if !came || len(data) == 0 {
			break
		}
		reads = append(reads, fmt.Sprint(len(data)))
		left -= len(data)
	}
	b.Set("nombre", len(reads))
	options := map[int]string{1: "un", all: "trois"}
	if left > 0 {
		options = nil
	}
	p.Settle(options[len(reads)], text.Plural(len(reads), "lecture")+" : "+andList(reads)+" octets")
	b.ExplainUsual(len(reads) == all && left == 0, "explication")
}

// andList joins words as French does: "a, b et c".
func andList(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	list := words[0]
	for _, w := range words[1 : len(words)-1] {
		list += ", " + w
	}
	return list + " et " + words[len(words)-1]
}

// exitScene: who closes first keeps the memory of the connection.
func exitScene(ctx context.Context, b *bench.Bench) {
	b.Say("")
	k := act.NewPair(ctx, b)
	defer k.Cut()
	p := b.Predict("prediction").Apart()
	k.Send("exit")
	b.Must(k.Client.Close(), "fermer le client")
	b.Event(evidence.Event{From: evidence.Client, To: evidence.Server, What: "close()", Detail: "le noyau envoie FIN"})
	b.Until("le FIN du client", act.HalfClosed)
	k.Recv(2 * time.Second)
	b.Must(k.Server.Close(), "fermer le serveur")
	b.Must(k.Listener.Close(), "fermer le port")
	b.Event(evidence.Event{From: evidence.Server, To: evidence.Client, What: "close()", Detail: "le noyau envoie FIN à son tour"})
	s := b.Until("la fin de la connexion", func(s *probe.Snapshot) bool {
		return len(act.InState(s, probe.CloseWait, probe.LastAck, probe.FinWait2, probe.FinWait1)) == 0
	})
	b.Kernel(s)
	option, measured, memory := lastMemory(s, k)
	b.Set("port-client", k.Near.Port())
	if memory == nil && probe.Survey(b.Server, s).MemoryUnseen {
		p.Leave("ce système ne montre pas les souvenirs (TIME-WAIT)")
		b.Explain("sans-souvenir")
		return
	}
	p.Settle(option, measured)
	if option != "client" {
		b.ExplainUsual(false, "sans-souvenir")
		return
	}
	b.Say("explication")
	if !memory.Timer.Known {
		b.Explain()
		return
	}
	b.Set("reste", text.Left(memory.Timer.Value.Remaining))
	b.Sleep(1100 * time.Millisecond)
	later := b.Sockets()
	if _, _, memory := lastMemory(later, k); memory != nil && memory.Timer.Known {
		b.Set("ensuite", text.Left(memory.Timer.Value.Remaining))
		b.Set("delai", text.Duration(later.TakenAt.Sub(s.TakenAt)))
		b.Say("compte-a-rebours")
	}
	b.Explain()
}

// lastMemory tells which side of a closed connection the kernel remembers.
func lastMemory(s *probe.Snapshot, k *act.Pair) (option, measured string, memory *probe.Socket) {
	for i := range s.Sockets {
		sock := &s.Sockets[i]
		if sock.State != probe.TimeWait {
			continue
		}
		switch k.Near {
		case sock.Local:
			return "client", fmt.Sprintf("TIME-WAIT, port local %d", sock.Local.Port()), sock
		case sock.Remote:
			return "serveur", fmt.Sprintf("TIME-WAIT, port local %d", sock.Local.Port()), sock
		}
	}
	return "rien", "aucune ligne de cette connexion", nil
}

// rangeCheck is the command that shows the range of ephemeral ports.
func rangeCheck() string {
	switch runtime.GOOS {
	case "linux":
		return "cat /proc/sys/net/ipv4/ip_local_port_range"
	case "windows":
		return "netsh int ipv4 show dynamicport tcp"
	}
	return "sysctl net.inet.ip.portrange.first net.inet.ip.portrange.last"
}
