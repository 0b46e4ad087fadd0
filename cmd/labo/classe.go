package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/projection"
	"labo/lessons/room"
	"labo/lessons/stage/classe"
	"labo/lessons/stage/hall"
	"labo/lessons/stage/linear"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/files"
)

// classeOptions are the options of `labo classe`, and those of a projection that
// opens its own room.
type classeOptions struct {
	name    string
	address string // IP or IP:PORT, "" asks
	cluster string // URL of an existing NATS, "" for the embedded server
	creds   string // file of its credentials

	phones      string // where phones are served: IP or IP:PORT, "" the class's address, "non" nowhere
	certificate string // file of the certificate of the class, and its key
	page        pageOptions
}

// defaultClass is what a class is called that was given no name.
const defaultClass = "classe"

func newClasseCommand(c *console) *cobra.Command {
	o := classeOptions{name: defaultClass}
	cmd := &cobra.Command{
		Use:     "classe [NOM]",
		Short:   "Ouvre une classe : votes cachés, qui est là, où chacun en est",
		GroupID: groupTeach,
		Long: "labo montre les adresses de cette machine, demande laquelle ouvrir à la classe, puis affiche l'adresse et un code de six lettres. " +
			"Les élèves entrent avec `labo rejoindre ADRESSE CODE`. Les prédictions de `labo etape 1 --projection --classe NOM`, dans un autre terminal, " +
			"deviennent des votes : les machines votent, et s'ajoutent aux mains levées.\n\n" +
			"Les téléphones votent aussi : ils visent le QR, ou ouvrent l'adresse de leur page et tapent le code. Avec --page, le mur et le pupitre " +
			"s'ouvrent dans le navigateur de cette machine : questions, votes, qui est là, qui est bloqué, ce que la plupart ratent.\n\n" +
			"Rien n'écoute avant votre accord, et tout se ferme avec Ctrl+C. Ce qui est gardé l'est sur cette machine, sous des pseudonymes : " +
			"`labo classe effacer NOM` l'efface. Le même nom rouvre la même classe, avec son code et ses votes.",
		Example: "labo classe\nlabo classe \"2nde 4\"\nlabo classe \"2nde 4\" --adresse 192.168.1.20\nlabo classe --page\nlabo classe rendus \"2nde 4\"\nlabo classe effacer \"2nde 4\"",
		Args:    className(&o.name),
		RunE:    func(cmd *cobra.Command, _ []string) error { return holdClass(cmd.Context(), c, o) },
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&o.phones, "telephones", "", "sert la page des téléphones à cette `ADRESSE` (par défaut : celle de la classe) ; « non » : nulle part")
	cmd.Flags().StringVar(&o.certificate, "certificat", "", "chiffre la classe avec ce `FICHIER` PEM : le certificat, puis sa clé")
	o.page.flags(cmd)
	cmd.AddCommand(newRendusCommand(c), newEffacerCommand(c))
	return cmd
}

func (o *classeOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.address, "adresse", "", "ouvre la classe à cette `ADRESSE` de la machine, sans le demander ; « :PORT » peut suivre")
	cmd.Flags().StringVar(&o.cluster, "nats", "", "sur un NATS qui existe déjà, à cette `URL`, au lieu de celui de labo (docs/classe.md)")
	cmd.Flags().StringVar(&o.creds, "identifiants", "", "avec --nats : le `FICHIER` des identifiants de labo")
}

// className checks that the argument, if there is one, can name a class.
func className(name *string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) > 1:
			return fault.Usage("une classe a un seul nom", "Mettez-le entre guillemets s'il a une espace : `labo classe \"2nde 4\"`.")
		case len(args) == 1 && projection.CheckClass(args[0]) != nil:
			return fault.Usage("« "+text.Visible(args[0])+" » ne peut pas nommer une classe",
				"Le nom devient celui d'un fichier : des lettres, des chiffres, des espaces et des tirets, 40 au plus.")
		case len(args) == 1:
			*name = args[0]
		}
		return nil
	}
}

// homeOf is labo's home.
func homeOf(c *console) (string, error) {
	home, err := files.Home(runtime.GOOS, c.getenv)
	if err != nil {
		return "", fault.Failed("labo ne sait pas où garder la classe", "Donnez un dossier dans la variable LABO_HOME.", err)
	}
	return home, nil
}

// options are those of the room, before an address is chosen.
func (o *classeOptions) options(c *console) (ro room.Options, err error) {
	ro = room.Options{Name: o.name, NATS: o.cluster, Version: release()}
	if ro.Dir, err = homeOf(c); err != nil {
		return ro, err
	}
	switch {
	case o.cluster != "" && o.address != "":
		return ro, fault.Usage("--adresse et --nats se contredisent", "Avec `--nats`, la classe est sur un serveur qui existe déjà : labo n'écoute nulle part.")
	case o.cluster == "" && o.creds != "":
		return ro, fault.Usage("--identifiants va avec --nats", "Par exemple : `labo classe --nats nats://10.0.0.1:4222 --identifiants classe.json`.")
	case o.creds != "":
		b, err := files.Read(o.creds, 64<<10)
		if err == nil {
			err = json.Unmarshal(b, &ro.Creds)
		}
		if err != nil {
			return ro, fault.Failed("les identifiants de « "+text.Visible(o.creds)+" » n'ont pas pu être lus ("+fault.Cause(err)+")", "docs/classe.md montre ce que ce fichier contient.", err)
		}
	}
	if o.certificate != "" { // before an address is asked for
		if ro.TLS, err = certificate(o.certificate); err != nil {
			return ro, err
		}
	}
	if o.address != "" {
		ro.Addr, err = parseAddress(o.address)
	}
	return ro, err
}

// parseAddress reads IP or IP:PORT.
func parseAddress(s string) (netip.AddrPort, error) {
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return netip.AddrPortFrom(a.Unmap(), 0), nil
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()), nil
	}
	return netip.AddrPort{}, fault.Usage("« "+text.Visible(s)+" » n'est pas une adresse", "Par exemple : `--adresse 192.168.1.20`, ou `--adresse 192.168.1.20:4222`.")
}

// holdClass opens a class and holds it until Ctrl+C.
func holdClass(ctx context.Context, c *console, o classeOptions) error {
	if err := o.page.check(""); err != nil {
		return err
	}
	r, phones, err := openClass(ctx, c, o)
	if err != nil || r == nil {
		return err
	}
	closed := sync.OnceFunc(func() { closeClass(r, phones) })
	defer closed()
	writePoster(c, r, phones, o.shown(r))
	if o.page.wanted {
		server, err := serveDesk(ctx, c, r, phones, o.shown(r), o.page)
		if err != nil {
			return err
		}
		defer server.Close()
		defer closed() // the wall shows that the class is over
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		defer onKeys(ctx, c, cancel)()
	}
	if o.cluster == "" {
		_, vouched := o.vouched(r)
		writeLines(c, classe.View{Width: c.width()}.Secrecy(r.Fingerprint(), vouched))
	}
	fmt.Fprintln(c.out, text.French("  Ctrl+C ferme la classe.\n"))
	copies := collector{}
	if home, err := homeOf(c); err == nil {
		if kept, err := room.Kept(home, o.name); err == nil {
			copies.dir = filepath.Join(kept.Dir, room.HandedFolder)
		}
	}
	view := classe.View{Palette: c.palette(), Width: c.width()}
	changed, stop := r.Watch()
	defer stop()
	follow := classe.Follower{View: view}
	count := func(ballot string, round int) int { return r.Counts(ballot, round).Voters }
	tick := time.NewTicker(time.Second) // who was not heard of for a while is not here
	defer tick.Stop()
	address := classe.Address{View: view, At: r.Addr().Addr(), Room: o.name}
	for {
		if own, err := room.Addresses(); err == nil {
			writeLines(c, address.Changes(own, time.Now()))
		}
		writeLines(c, follow.Changes(r.Members(), r.Wall(), count, time.Now()))
		if copies.dir != "" {
			for _, told := range copies.take(ctx, r) {
				fmt.Fprintln(c.out, "  "+time.Now().Format("15:04:05")+"  "+text.French(told))
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-tick.C:
		}
	}
}

// openClass opens a class at an address that the instructor has chosen, with the
// page of its phones (nil where there is none). The room is nil where they chose
// no address.
func openClass(ctx context.Context, c *console, o classeOptions) (*room.Room, *hall.Phones, error) {
	ro, err := o.options(c)
	if err != nil {
		return nil, nil, err
	}
	if o.cluster == "" && o.address == "" {
		a, err := chooseAddress(ctx, c, classe.View{Palette: c.palette(), Width: c.width()})
		if err != nil || !a.IsValid() {
			return nil, nil, err
		}
		ro.Addr = netip.AddrPortFrom(a, 0)
	}
	r, err := room.Open(ctx, ro)
	if err != nil {
		return nil, nil, roomFault(ro, err)
	}
	phones, err := servePhones(ctx, r, o)
	if err != nil {
		closeClass(r, nil)
		return nil, nil, err
	}
	return r, phones, nil
}

// shown is the address that a student types.
func (o *classeOptions) shown(r *room.Room) string {
	if !r.Addr().IsValid() {
		return o.cluster
	}
	address := shownAddress(r.Addr())
	if name, vouched := o.vouched(r); vouched && name != "" { // by which it is vouched for
		return strings.Replace(address, r.Addr().Addr().String(), name, 1)
	}
	return address
}

// shownAddress leaves the usual port out: it need not be typed.
func shownAddress(at netip.AddrPort) string {
	if at.Port() == room.Port && at.Addr().Is4() {
		return at.Addr().String()
	}
	return at.String()
}

// chooseAddress asks which address is opened to the class. Enter opens none.
func chooseAddress(ctx context.Context, c *console, view classe.View) (netip.Addr, error) {
	all, err := room.Addresses()
	if err != nil {
		return netip.Addr{}, fault.Failed("les adresses de cette machine n'ont pas pu être lues ("+fault.Cause(err)+")", "Donnez-en une : `labo classe --adresse 192.168.1.20`.", err)
	}
	if !c.inTerminal() || !c.errTerminal() {
		return netip.Addr{}, fault.Failed("ouvrir une classe demande votre accord, et personne n'est au clavier",
			"Donnez l'adresse à ouvrir : `labo classe --adresse "+all[0].Addr.String()+"`.", nil)
	}
	fmt.Fprintln(c.err, strings.Join(append(view.Addresses(all), view.Choosing()...), "\n")) // where it is asked: the results may go to a file
	keys, err := linear.NewKeyboard(c.in)
	if err != nil {
		return netip.Addr{}, err
	}
	defer keys.Close()
	answer, err := keys.Ask(ctx, c.err, text.French("\n  Quelle adresse ouvrir ? (Entrée : aucune) › "))
	if ctx.Err() != nil {
		fmt.Fprintln(c.err)
		return netip.Addr{}, ctx.Err()
	}
	n, bad := strconv.Atoi(strings.TrimSpace(answer))
	if err != nil || bad != nil || n < 1 || n > len(all) {
		writeHanging(c, "  → ", "Rien n'est ouvert.", c.width())
		return netip.Addr{}, nil
	}
	return all[n-1].Addr, nil
}

// closeClass closes in less time than labo has to end.
func closeClass(r *room.Room, phones *hall.Phones) {
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	r.Close(ctx)
	if phones != nil {
		phones.Close() // they have heard that the class is over
	}
}

// classFault says why a class cannot be opened.
func roomFault(ro room.Options, err error) error {
	at := ro.Addr.String()
	if held, ok := errors.AsType[*files.HeldError](err); ok {
		return fault.Failed("la classe « "+ro.Name+" » est déjà ouverte sur cette machine", "Elle l'est par le processus "+fmt.Sprint(held.PID)+". Pour en ouvrir une autre, donnez un autre nom : `labo classe AUTRE`.", err)
	}
	switch {
	case probe.ErrnoName(err) == "EADDRINUSE":
		return fault.Failed("le port de "+at+" est déjà pris ("+fault.Cause(err)+")", "`labo sonde` avec ce port dit par qui. Un autre : `--adresse "+ro.Addr.Addr().String()+":4333`.", err)
	case probe.ErrnoName(err) == "EADDRNOTAVAIL":
		return fault.Failed("cette machine n'a pas l'adresse "+ro.Addr.Addr().String()+" ("+fault.Cause(err)+")", "`labo classe`, sans --adresse, montre celles qu'elle a.", err)
	case ro.NATS != "":
		return fault.Failed("la classe n'a pas pu être ouverte sur "+text.Visible(ro.NATS)+" ("+fault.Cause(err)+")", "docs/classe.md montre comment ce serveur doit être réglé.", err)
	}
	return fault.Failed("la classe n'a pas pu être ouverte sur "+at+" ("+fault.Cause(err)+")", "Essayez une autre adresse, ou un autre port.", err)
}
