package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/room"
	"labo/lessons/room/seat"
	"labo/lessons/stage/classe"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/files"
)

func newRejoindreCommand(c *console) *cobra.Command {
	var pseudonym string
	cmd := &cobra.Command{
		Use:     "rejoindre [ADRESSE] CODE",
		Short:   "Rejoint la classe que votre enseignant a ouverte",
		GroupID: groupLearn,
		Long: "Entre dans une classe ouverte par `labo classe`. L'adresse et le code sont au mur ; sans ADRESSE, labo reprend la dernière. " +
			"Ce qui sera envoyé est listé d'abord.\n\n" +
			"Les questions du mur s'affichent ici : tapez un numéro, puis Entrée, pour voter. Dans un autre terminal, faites les étapes et " +
			"vérifiez vos programmes comme d'habitude : la scène où vous êtes et le dernier verdict vont à la classe. " +
			"Ctrl+C, ou `labo quitter` dans un autre terminal, quitte la classe.",
		Example: "labo rejoindre 192.168.1.20 KARTUX\nlabo rejoindre KARTUX\nlabo rejoindre 192.168.1.20:4333 KARTUX --pseudo \"panda 3\"",
		Args:    func(_ *cobra.Command, args []string) error { return addressAndCode(oneCode(args)) },
		RunE: func(cmd *cobra.Command, args []string) error {
			return joinClass(cmd.Context(), c, oneCode(args), pseudonym)
		},
	}
	cmd.Flags().StringVar(&pseudonym, "pseudo", "", "le `PSEUDONYME` que voit la classe, à la place de celui que labo tire au sort")
	return cmd
}

// oneCode joins a code that was typed as the wall spells it: "KAR TUX".
func oneCode(args []string) []string {
	n := len(args)
	if n < 2 || len(args[n-1]) >= room.CodeLetters || !room.IsCode(args[n-2]+args[n-1]) {
		return args
	}
	return append(args[:n-2:n-2], args[n-2]+args[n-1])
}

// addressAndCode checks that the last argument has the form of a code.
func addressAndCode(args []string) error {
	const hint = "L'adresse et le code sont au mur : `labo rejoindre 192.168.1.20 KARTUX`."
	switch {
	case len(args) == 0:
		return fault.Usage("il manque le code de la classe", hint)
	case len(args) > 2:
		return fault.Usage("une adresse et un code, rien de plus", hint)
	case !room.IsCode(args[len(args)-1]):
		return fault.Usage("« "+text.Visible(args[len(args)-1])+" » n'a pas la forme d'un code : six lettres", hint)
	}
	return nil
}

// joinClass joins a class and stays until it is over, or is left.
func joinClass(ctx context.Context, c *console, args []string, pseudonym string) error {
	home, err := homeOf(c)
	if err != nil {
		return err
	}
	s, err := seat.Take(home)
	if held, ok := errors.AsType[*files.HeldError](err); ok {
		return fault.Failed("vous êtes déjà dans une classe, par le processus "+fmt.Sprint(held.PID), "`labo quitter` la quitte.", err)
	}
	if err != nil {
		return fault.Failed("votre place dans la classe n'a pas pu être prise ("+fault.Cause(err)+")", "Vérifiez vos droits sur le dossier de labo.", err)
	}
	defer s.Leave()
	address, code := s.Address(), args[len(args)-1]
	if len(args) == 2 {
		address = args[0]
	}
	if address == "" {
		return fault.Usage("il manque l'adresse de la classe", "Elle est au mur, avec le code : `labo rejoindre 192.168.1.20 "+strings.ToUpper(text.Visible(code))+"`.")
	}
	who, err := s.Identity(pseudonym)
	if err != nil {
		return err
	}
	view := classe.View{Palette: c.palette(), Width: c.width()}
	writeLines(c, view.Sent(who.Pseudonym, text.Visible(address)))
	g, err := enter(ctx, address, code, who, s.Fingerprint(address))
	if unknown, ok := errors.AsType[*room.CertificateError](err); ok {
		if err := trustFingerprint(ctx, c, s, address, unknown); err != nil {
			return err
		}
		g, err = enter(ctx, address, code, who, unknown.Fingerprint)
	}
	if err != nil {
		return joinFault(ctx, address, err)
	}
	defer g.Close()
	writeLines(c, append(view.Encrypted(g.Encrypted()), append([]string{""}, view.Joined(g.Wall().Room, g.Identity().Pseudonym)...)...))
	if err := s.Keep(address); err != nil { // a disk may take its time
		writeHanging(c, "  → ", "Votre place n'est pas gardée ("+fault.Cause(err)+") : une autre fois, la classe ne vous reconnaîtra pas.", c.width())
	}
	return attend(ctx, c, g, s, view)
}

// trustFingerprint asks whether a certificate that nobody vouches for is that of the
// class: its fingerprint is on the wall.
func trustFingerprint(ctx context.Context, c *console, s *seat.Seat, address string, unknown *room.CertificateError) error {
	changed := ""
	if s.Fingerprint(address) != "" {
		changed = "Le certificat de cette classe n'est plus celui de la dernière fois. "
	}
	yes, err := confirm(ctx, c, changed+"Personne que cette machine connaisse ne garantit le certificat de cette classe. Son empreinte : "+unknown.Fingerprint+". Est-ce celle qui est au mur ?",
		fault.Failed("le certificat de la classe n'est garanti par personne que cette machine connaisse, et personne n'est au clavier pour comparer son empreinte ("+unknown.Fingerprint+")",
			"Relancez `labo rejoindre` dans un terminal.", unknown))
	if err != nil {
		return err
	}
	if !yes {
		return fault.Failed("la classe n'est pas rejointe : rien n'a été envoyé", "Si l'empreinte n'est pas celle du mur, ce n'est pas votre classe qui a répondu : dites-le à votre enseignant.", nil)
	}
	s.Trust(unknown.Fingerprint)
	return nil
}

// enter joins the room at an address: one of a machine, or the URL of a cluster.
func enter(ctx context.Context, address, code string, who room.Identity, fingerprint string) (*room.Guest, error) {
	trust := room.Trust{Fingerprint: fingerprint}
	if u, err := url.Parse(address); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return nil, fault.Usage("« "+text.Visible(address)+" » est l'adresse d'une page", "Un navigateur l'ouvre. Ici : `labo rejoindre "+text.Visible(u.Hostname())+"`, puis le code.")
	}
	if strings.Contains(address, "://") {
		return room.JoinURL(ctx, address, code, who)
	}
	at, err := parseAddress(address)
	if err != nil {
		host, port, split := net.SplitHostPort(address)
		if split != nil {
			host, port = address, strconv.Itoa(room.Port)
		}
		n, bad := strconv.ParseUint(port, 10, 16)
		addrs, unknown := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if bad != nil || unknown != nil || len(addrs) == 0 {
			return nil, fault.Usage("« "+text.Visible(address)+" » n'est pas une adresse que labo trouve", "Relisez-la au mur. Par exemple : `labo rejoindre 192.168.1.20 "+strings.ToUpper(text.Visible(code))+"`.")
		}
		at, trust.Name = netip.AddrPortFrom(addrs[0].Unmap(), uint16(n)), host
	}
	if at.Port() == 0 {
		at = netip.AddrPortFrom(at.Addr(), room.Port)
	}
	return room.JoinTrusting(ctx, at, code, who, trust)
}

// attend shows the wall and takes votes until the class is over or is left.
func attend(ctx context.Context, c *console, g *room.Guest, s *seat.Seat, view classe.View) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	followed := make(chan struct{})
	go func() { defer close(followed); seat.Follow(ctx, g, c.getenv, time.Now()) }()
	defer func() { cancel(); <-followed }()
	d := openDesk(ctx, c)
	defer d.close()
	show := func(lines []string) {
		if len(lines) > 0 {
			fmt.Fprintln(d.out, strings.Join(lines, "\n"))
		}
	}
	typed := typedAt(ctx, d)
	changed, stop := g.Watch()
	defer stop()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	var was classe.Seen
	author := author{c: c, g: g, view: view}
	for {
		show(was.Changes(view, g.Wall(), g.Mine, g.Lost()))
		show(author.changes(ctx))
		if g.Wall().Over {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-tick.C:
			if s.Asked() {
				show(view.Left())
				return nil
			}
		case line, open := <-typed:
			if !open {
				typed = nil // the keyboard is closed: the class goes on
				continue
			}
			if lines, done := author.typed(ctx, line); done {
				show(lines)
				continue
			}
			refused := cast(ctx, g, view, line)
			show(refused)
			if refused == nil && strings.TrimSpace(line) != "" {
				was.Voted()
			}
		}
	}
}

// typedAt are the lines that are typed. The channel is closed at the end of input.
func typedAt(ctx context.Context, d desk) <-chan string {
	c := make(chan string)
	go func() {
		defer close(c)
		for in := bufio.NewScanner(d.in); in.Scan(); {
			select {
			case c <- in.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return c
}

// voteFor is how long a vote waits for the room.
const voteFor = 5 * time.Second

// cast votes as a line says.
func cast(ctx context.Context, g *room.Guest, view classe.View, line string) []string {
	line = strings.TrimSpace(line)
	w := g.Wall()
	if line == "" {
		return nil
	}
	if !w.Open() {
		return view.Refused(room.ErrClosed, w)
	}
	ctx, cancel := context.WithTimeout(ctx, voteFor)
	defer cancel()
	var err error
	if w.Ballot.Word() {
		err = g.Word(ctx, w.Ballot.ID, w.Round, line)
	} else if n, bad := strconv.Atoi(line); bad != nil {
		err = room.ErrAnswer
	} else {
		err = g.Vote(ctx, w.Ballot.ID, w.Round, n)
	}
	if err != nil {
		return view.Refused(err, w)
	}
	return nil
}

// joinFault says why a class cannot be joined: what was measured, then what may
// be tried. Nothing that was not measured is said to be the cause.
func joinFault(ctx context.Context, address string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	address = text.Visible(address)
	if _, ok := errors.AsType[*room.RefusedError](err); ok {
		return fault.Failed("personne n'écoute à "+address+" : la connexion est refusée (ECONNREFUSED)",
			"La machine répond, mais rien n'écoute à ce port. Relisez l'adresse et le port au mur ; la classe est-elle ouverte ?", err)
	}
	if e, ok := errors.AsType[*room.SilentError](err); ok {
		return fault.Failed(address+" ne répond pas : rien n'est revenu en "+text.Duration(e.After.Round(time.Second)),
			"labo ne peut pas savoir pourquoi. Cela arrive quand l'adresse n'est à personne, quand les deux machines ne sont pas sur le même réseau, "+
				"quand un pare-feu jette les paquets, ou quand le Wi-Fi isole ses clients. À essayer : le même réseau que l'enseignant, ou le partage de connexion d'un téléphone, auquel les deux machines se connectent.", err)
	}
	if e, ok := errors.AsType[*room.NotRoomError](err); ok {
		what := "et n'a rien dit"
		if e.Said != "" {
			what = "et a dit « " + e.Said + " »"
		}
		return fault.Failed("ce qui écoute à "+address+" n'est pas une classe : il a accepté la connexion, "+what, "Relisez l'adresse et le port au mur.", err)
	}
	if e, ok := errors.AsType[*room.CodeError](err); ok {
		if e.Wait > 0 {
			return fault.Failed("la classe n'accepte pas ce code, et trop de codes faux sont venus de cette machine",
				"Relisez le code au mur, et attendez "+text.Duration((e.Wait+time.Second).Truncate(time.Second))+" avant de réessayer.", err)
		}
		return fault.Failed("la classe n'a pas ce code", "Relisez-le au mur : six lettres.", err)
	}
	if e, ok := errors.AsType[*room.VersionError](err); ok {
		return fault.Failed("la classe a une autre version de labo ("+e.Theirs+"), et la vôtre est "+release(), "Prenez la même version que l'enseignant : `labo version` dit la sienne.", err)
	}
	if errors.Is(err, room.ErrFull) {
		return fault.Failed("la classe est pleine", "Dites-le à votre enseignant.", err)
	}
	if probe.ErrnoName(err) == "EHOSTUNREACH" || probe.ErrnoName(err) == "ENETUNREACH" {
		return fault.Failed(address+" ne peut pas être atteinte, dit le système ("+fault.Cause(err)+")",
			"Relisez l'adresse au mur : il se peut que personne n'ait celle-ci. Et vérifiez que cette machine est sur le même réseau que l'enseignant.", err)
	}
	if _, ok := errors.AsType[*fault.Fault](err); ok {
		return err
	}
	return fault.Failed("la classe n'a pas pu être rejointe à "+address+" ("+fault.Cause(err)+")", "Relisez l'adresse et le code au mur, puis réessayez.", err)
}

func newQuitterCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:     "quitter",
		Short:   "Quitte la classe",
		GroupID: groupLearn,
		Long:    "Met fin à `labo rejoindre`, qui tourne dans un autre terminal : plus rien n'est envoyé à la classe. Vos votes y restent.",
		Example: "labo quitter",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return leaveClass(cmd.Context(), c) },
	}
}

// leaveFor bounds how long the other labo is waited for.
const leaveFor = 10 * time.Second

func leaveClass(ctx context.Context, c *console) error {
	home, err := homeOf(c)
	if err != nil {
		return err
	}
	taken, err := seat.Taken(home)
	if err == nil && !taken {
		return fault.Failed("vous n'êtes dans aucune classe", "`labo rejoindre` y entre.", nil)
	}
	if err == nil {
		err = seat.Ask(home)
	}
	for end := time.Now().Add(leaveFor); err == nil && taken && time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		taken, err = seat.Taken(home)
	}
	if err != nil || taken {
		return fault.Failed("la classe n'a pas pu être quittée ("+fault.Cause(err)+")", "Faites Ctrl+C dans le terminal de `labo rejoindre`.", err)
	}
	fmt.Fprintln(c.out, text.French("  Vous avez quitté la classe."))
	return nil
}
