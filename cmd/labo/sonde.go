package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"labo/lessons/fault"
	"labo/lessons/sonde"
	"labo/lessons/stage/answer"
	"labo/lessons/stage/live"
	"labo/lessons/stage/tape"
	"labo/lessons/text"
	"labo/probe"
)

// sondeOptions are the options of `labo sonde`.
type sondeOptions struct {
	pids, states []string
	listening    bool
	source       string
	json         bool
	try          bool
	projection   bool
	follow       intervalValue // 0: once
	page         pageOptions
	film         string
}

func newSondeCommand(c *console) *cobra.Command {
	var o sondeOptions
	cmd := &cobra.Command{
		Use:     "sonde [PORT…]",
		Short:   "Montre les sockets TCP de cette machine et qui les tient",
		GroupID: groupWatch,
		Long: "Montre ce que le noyau sait des sockets TCP : états, files d'attente, minuteries, propriétaires. " +
			"Avec un port, dit ce que serveur.py et client.py y obtiendraient maintenant et pourquoi, " +
			"et explique tout ce qui s'y passe. Un port libre est une réponse.",
		Example: "labo sonde\nlabo sonde 12345\nlabo sonde 12340-12350\nlabo sonde 12345 --suivre\nlabo sonde 12345 --page\n" +
			"labo sonde --etat TIME-WAIT,CLOSE-WAIT\nlabo sonde --pid 4242\nlabo sonde --json",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := o.filter(args)
			if err != nil {
				return err
			}
			if o.projection {
				if o.json {
					return fault.Usage("--projection et --json se contredisent", "--json s'adresse à un programme : retirez l'une des deux.")
				}
				c.projected = true
			}
			defer debug.SetGCPercent(debug.SetGCPercent(sondeGC))
			switch {
			case o.json && o.follow > 0:
				return fault.Usage("--json et --suivre ne vont pas ensemble : --json écrit un seul document",
					"Pour suivre avec un programme, lisez les lignes de `labo sonde --suivre` dans un tube, "+
						"ou relancez `labo sonde --json` à votre rythme.")
			case o.try && (o.follow > 0 || len(f.Ports) == 0):
				return fault.Usage("--essayer demande un port, et ne va pas avec --suivre", "Par exemple : `labo sonde 12345 --essayer`.")
			case o.page.wanted && (o.json || o.try):
				return fault.Usage("--page montre les sockets en direct, et ne va ni avec --json ni avec --essayer", "Par exemple : `labo sonde 12345 --page`.")
			case o.film != "" && o.follow == 0 && !o.page.wanted:
				return fault.Usage("--film enregistre ce qui change : il va avec --suivre ou --page", "Par exemple : `labo sonde 12345 --suivre --film sonde.film`.")
			}
			if err := o.page.check(""); err != nil {
				return err
			}
			if o.follow > 0 || o.page.wanted {
				return followSockets(cmd.Context(), c, f, &o)
			}
			return showSockets(cmd.Context(), c, f, &o)
		},
		ValidArgsFunction: completePorts,
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&o.pids, "pid", nil, "ne montre que les sockets du processus de numéro `PID`")
	flags.StringArrayVar(&o.states, "etat", nil, "seulement cet `ÉTAT` (ou plusieurs : LISTEN,TIME-WAIT)")
	flags.BoolVar(&o.listening, "ecoute", false, "seulement les serveurs qui écoutent (état LISTEN)")
	flags.StringVar(&o.source, "source", "", "`SOURCE` à interroger : noyau ou gopsutil (la meilleure si elle manque)")
	flags.Var(&o.follow, "suivre", "suit les changements, mesurés à cet `INTERVALLE` (250ms s'il manque)")
	flags.Lookup("suivre").NoOptDefVal = "250ms"
	o.page.flags(cmd)
	filmFlag(cmd, &o.film)
	flags.BoolVar(&o.projection, "projection", false, "pour une classe : encre et papier, rien de pâle ni de coloré")
	flags.BoolVar(&o.try, "essayer", false, "demande aussi le port pour de vrai (bind), le rend aussitôt, et compare")
	flags.BoolVar(&o.json, "json", false, "écrit un document JSON et rien d'autre")
	complete(cmd, "etat", sonde.StateNames()...)
	complete(cmd, "source", sonde.SourceKernel, sonde.SourceGopsutil)
	if err := cmd.RegisterFlagCompletionFunc("pid", completePIDs); err != nil {
		panic(err) // the option does not exist: a mistake in this program
	}
	return cmd
}

// completePIDs proposes the processes that hold a socket, with their names; of
// several with commas between, the last one is completed.
func completePIDs(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return completeFrom(cmd, probe.Filter{}, func(s *probe.Snapshot) []string { return sonde.PIDChoices(s.Holders, typed) })
}

// completePorts proposes the ports where somebody listens.
func completePorts(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	f := probe.Filter{States: probe.NewStateSet(probe.Listen)}
	return completeFrom(cmd, f, func(s *probe.Snapshot) []string { return sonde.PortChoices(s.Sockets, typed) })
}

// completeFrom proposes what choose finds in a snapshot. Tab has no words for a
// failure.
func completeFrom(cmd *cobra.Command, f probe.Filter, choose func(*probe.Snapshot) []string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), completionLimit)
	defer cancel()
	s, err := probe.Sockets(ctx, f)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return choose(s), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completionLimit is how long Tab may take.
const completionLimit = 2 * time.Second

// filter returns what the command line chooses.
func (o *sondeOptions) filter(args []string) (probe.Filter, error) {
	var f probe.Filter
	for _, arg := range args {
		ports, err := parsePorts(arg)
		if err != nil {
			if o.follow > 0 && new(intervalValue).Set(arg) == nil {
				return f, fault.Usage("« "+text.Visible(arg)+" » n'est pas un port",
					"L'intervalle se colle à l'option : `labo sonde --suivre="+text.Visible(arg)+"`.")
			}
			return f, err
		}
		f.Ports = append(f.Ports, ports...)
	}
	f.Info = len(f.Ports) > 0 || o.follow > 0
	var err error
	if f.PIDs, err = sonde.ParsePIDs(o.pids); err != nil {
		return f, err
	}
	if f.States, err = sonde.ParseStates(o.states); err != nil {
		return f, err
	}
	if o.listening {
		f.States |= probe.NewStateSet(probe.Listen)
	}
	f.Source, err = sonde.ParseSource(o.source)
	return f, err
}

// sondeGC lets the heap reach 28 MiB before it is collected. An answer about
// ten thousand sockets needs half of that, and one collection in the middle of
// the walk through /proc costs a fifth of the whole command; following two
// hundred sockets, collections would be a tenth of the work.
const sondeGC = 700

// showSockets measures once and writes the answer.
func showSockets(ctx context.Context, c *console, f probe.Filter, o *sondeOptions) error {
	f.Foresee = len(f.Ports) > 0
	s, err := probe.Sockets(ctx, f)
	if err != nil {
		return sonde.Explain(err)
	}
	answers, err := sonde.Answers(ctx, f, s, o.try)
	if err != nil {
		return sonde.Explain(err)
	}
	if o.json {
		s.Introduce(ctx, len(s.Holders))
		return sonde.WriteJSON(c.out, s, answers)
	}
	var page []byte
	if len(f.Ports) > 0 {
		s.Introduce(ctx, answer.MostIntroduced)
		s.SetRoles()
		s.Explain(ctx)
		page = answer.PortReport(c.palette(), c.width(), f, s, answers)
	} else {
		page = answer.Report(c.palette(), c.width(), f, s, describe(ctx, f.PIDs, s.Sockets))
	}
	_, err = c.out.Write(page)
	return err
}

// describe tells what is known of processes, whose sockets are rows; one that
// ends meanwhile is left out.
func describe(ctx context.Context, pids []int, rows []probe.Socket) []probe.ProcessInfo {
	var all []probe.ProcessInfo
	for _, pid := range pids {
		info, err := probe.Process(ctx, pid)
		if err != nil {
			continue
		}
		if who, err := probe.WhoIs(ctx, pid); err == nil {
			info.Who = &who
		}
		info.Waits, _ = probe.Waits(ctx, pid, rows) // none where it ended since
		all = append(all, info)
	}
	return all
}

// followSockets shows changes until Ctrl+C: on the whole screen, or line by
// line where there is none. What is asked for wrongly is told before the
// screen is taken.
func followSockets(ctx context.Context, c *console, f probe.Filter, o *sondeOptions) error {
	if _, err := probe.Sockets(ctx, f); err != nil {
		return sonde.Explain(err)
	}
	reel, err := record(o.film, "labo sonde · "+watched(f), 0, false, (&notices{console: c}).tell)
	if err != nil {
		return err
	}
	defer reel.close()
	measuring, stop := context.WithCancel(ctx)
	defer stop()
	often, watch := time.Duration(o.follow), probe.Watch
	if o.page.wanted {
		often = cmp.Or(often, 250*time.Millisecond)
		watch = func(ctx context.Context, f probe.Filter, often time.Duration) <-chan probe.Update {
			return probe.WatchMoving(ctx, f, often, often)
		}
	}
	updates := watch(measuring, f, often)
	defer func() {
		stop()
		for range updates { // until Watch has ended
		}
	}()
	if o.page.wanted {
		return socketsOnPage(ctx, c, o.page, reel, watched(f), updates)
	}
	view := watching{run: func(ctx context.Context, updates <-chan probe.Update) error {
		if !c.canDraw() || !hasSize(c.outFile) {
			return answer.Follow(c.out, c.palette(), updates, func(u probe.Update) { remarkUpdate(c, f, u) },
				func(words string) { fmt.Fprintln(c.err, text.Prose("Depuis le début : "+words+".")) })
		}
		return live.Run(ctx, live.Options{Title: watched(f), Options: c.screen(), Explain: sonde.Failure}, updates)
	}}
	return watchOn(ctx, reel.on(view, tape.Options{}), watched(f), updates)
}

// hasSize reports whether a terminal knows how large it is. One that says 0×0
// (a serial line, a pseudo-terminal nobody set up) has no screen to fill.
func hasSize(f *os.File) bool {
	columns, rows, err := term.GetSize(int(f.Fd()))
	return err == nil && columns > 0 && rows > 0
}

// remarkUpdate tells what is no change, beside the lines.
func remarkUpdate(c *console, f probe.Filter, u probe.Update) {
	if _, ended := errors.AsType[*probe.NoSuchProcessError](u.Err); ended {
		fmt.Fprintln(c.err, text.Prose(sonde.Failure(u.Err)+" : il n'y a plus rien à suivre."))
		return
	}
	if u.Err != nil {
		if f, ok := errors.AsType[*fault.Fault](sonde.Explain(u.Err)); ok {
			tell(c, f)
			return
		}
		tell(c, unexpected(u.Err))
		return
	}
	fmt.Fprintln(c.err, text.Prose("Une ligne par changement : heure, état avant → après, local, distant, propriétaire ("+
		text.Plural(len(u.Snapshot.Sockets), "socket")+" pour l'instant). Ctrl+C arrête."))
	if f.States != 0 || len(f.PIDs) > 0 {
		fmt.Fprintln(c.err, text.Prose("« disparu » veut dire ici : ne correspond plus à votre demande ; le socket peut exister encore."))
	}
}

// watched names what a filter chooses: "ports 80, 443 · LISTEN".
func watched(f probe.Filter) string {
	var parts []string
	list := func(one, many string, words []string) {
		switch len(words) {
		case 0:
		case 1:
			parts = append(parts, one+words[0])
		default:
			parts = append(parts, many+strings.Join(words, ", "))
		}
	}
	var ports, pids, states []string
	for _, p := range f.Ports {
		ports = append(ports, strconv.Itoa(int(p)))
	}
	for _, pid := range f.PIDs {
		pids = append(pids, strconv.Itoa(pid))
	}
	for _, st := range probe.States {
		if f.States.Has(st) {
			states = append(states, st.String())
		}
	}
	list("port ", "ports ", ports)
	list("processus ", "processus ", pids)
	list("", "", states)
	if len(parts) == 0 {
		return "tous les sockets TCP"
	}
	return strings.Join(parts, " · ")
}
