package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/diagnostic"
	"labo/lessons/dialogue"
	"labo/lessons/fault"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/page"
	"labo/lessons/stage/tape"
	"labo/lessons/text"
	"labo/probe"
)

// pageOptions say whether a lesson is played in the browser, and how.
type pageOptions struct {
	wanted bool
	port   uint16 // of the page, 0: any
	silent bool   // open no browser
}

// flags adds the options to a command.
func (o *pageOptions) flags(cmd *cobra.Command) {
	cmd.Flags().Var(o, "page", "montre la page dans votre navigateur, servie sur 127.0.0.1 par un port libre, ou par ce `PORT`")
	cmd.Flags().Lookup("page").NoOptDefVal = anyPort
	cmd.Flags().BoolVar(&o.silent, "sans-navigateur", false, "avec --page, écrit l'adresse sans ouvrir le navigateur")
}

// anyPort is what --page alone means.
const anyPort = "libre"

// Set, String and Type make of it a value of pflag.
func (o *pageOptions) Set(s string) (err error) {
	o.wanted = true
	if s != anyPort {
		o.port, err = parsePort(s)
	}
	return err
}

// again are the options to give again.
func (o *pageOptions) again() (options string) {
	switch {
	case !o.wanted:
		return ""
	case o.port != 0:
		options = fmt.Sprintf(" --page=%d", o.port)
	default:
		options = " --page"
	}
	if o.silent {
		options += " --sans-navigateur"
	}
	return options
}

func (o *pageOptions) String() string { return "" }

// Type is the value's name in help (pflag.Value).
func (o *pageOptions) Type() string { return "PORT" }

// check refuses what goes against the page.
func (o *pageOptions) check(against string) error {
	switch {
	case !o.wanted && o.silent:
		return fault.Usage("--sans-navigateur va avec --page", "Par exemple `labo etape 1 --page --sans-navigateur`.")
	case o.wanted && against != "":
		return fault.Usage("--page et "+against+" se contredisent", "Choisissez l'une des deux.")
	}
	return nil
}

// served is a lesson on a page: what it is called, and what plays it.
type served struct {
	page.Options
	tape tape.Options
	film *recording
	on   func(*page.Page) // is told the page before it is served; may be nil
	lent bool             // the terminal is a program's: labo reads nothing of it
	play func(context.Context, dialogue.Stage) error
	last func() string // what the page says once it is over
}

// onPage plays in the browser. The terminal says where, and ends it.
func onPage(ctx context.Context, c *console, o pageOptions, s served) error {
	p := page.New(sceneTeller(c))
	p.Class = s.Notes != nil
	if s.on != nil {
		s.on(p)
	}
	server, err := serve(ctx, p, o, s.Options)
	if err != nil {
		return err
	}
	defer server.Close()
	show(c, server, o, s.Notes != nil)
	if !s.lent {
		sayHere(c, "Ici : q puis Entrée termine, Ctrl+C aussi.")
		defer onKeys(ctx, c, p.Quit)()
	}
	s.tape.Stage, s.tape.Begun = p.Desk(), s.Begun
	s.tape.To, s.tape.Live = append(s.tape.To, p.See), p.See
	if s.film != nil {
		p.Told = s.film.Write
		s.tape.To = append(s.tape.To, s.film.Write)
	}
	err = s.play(ctx, tape.New(s.tape))
	p.End(s.last())
	return err
}

func serve(ctx context.Context, p *page.Page, o pageOptions, options page.Options) (*page.Server, error) {
	options.Port = o.port
	server, err := page.Serve(ctx, p, options)
	if probe.ErrnoName(err) == "EADDRINUSE" && o.port != 0 {
		return nil, fault.Failed(fmt.Sprintf("la page ne peut pas être servie : le port %d est déjà pris (%s)", o.port, fault.Cause(err)),
			fmt.Sprintf("`labo sonde %d` dit par qui. Avec `--page` seul, labo prend un port libre.", o.port), err)
	}
	if err != nil && o.port != 0 {
		return nil, fault.Failed(fmt.Sprintf("la page ne peut pas être servie sur le port %d : %s", o.port, fault.Cause(err)),
			"Avec `--page` seul, labo prend un port libre.", err)
	}
	if err != nil {
		return nil, fault.Failed("la page ne peut pas être servie : "+fault.Cause(err), "Sans --page, l'étape se joue dans le terminal.", err)
	}
	return server, nil
}

// show says where the page is, and opens it where somebody can see it.
func show(c *console, server *page.Server, o pageOptions, wall bool) {
	palette := c.palette()
	say := func(sentence string) { say(c, sentence) }
	fmt.Fprintln(c.out)
	far := c.getenv("SSH_CONNECTION") != "" || c.getenv("SSH_TTY") != ""
	switch {
	case far:
		say(fmt.Sprintf("labo sert la page sur cette machine, à elle seule. Depuis la vôtre, dans un autre terminal : `ssh -N -L %d:127.0.0.1:%d` suivi du nom de cette machine. Puis ouvrez cette adresse dans votre navigateur :",
			server.Port(), server.Port()))
	case o.silent:
		say("La page est à cette adresse, pour un navigateur de cette machine :")
	case openBrowser(c, server.Once()) == nil:
		say("La page s'ouvre dans votre navigateur. Sinon, copiez-y cette adresse :")
	default:
		say("labo n'a pas trouvé de navigateur à ouvrir. Copiez cette adresse dans un navigateur de cette machine :")
	}
	fmt.Fprintf(c.out, "\n    %s\n\n", palette.Strong(server.Address()))
	if wall {
		say("Votre pupitre, que la classe ne doit pas voir, pour un second écran :")
		fmt.Fprintf(c.out, "\n    %s\n\n", palette.Strong(server.Lectern()))
	}
}

func say(c *console, sentence string) {
	for _, l := range text.Paragraph(sentence, c.width()-3) {
		fmt.Fprintln(c.out, "  "+l)
	}
}

// sayHere says what can be typed, where something can.
func sayHere(c *console, sentence string) {
	if c.inTerminal() {
		say(c, sentence)
	}
}

// sceneTeller writes a line as each scene begins.
func sceneTeller(c *console) func(page.State) {
	var mu sync.Mutex // browsers come and go in goroutines of their own
	told := ""
	return func(s page.State) {
		mu.Lock()
		defer mu.Unlock()
		if s.Scene.Total == 0 || s.Scene.ID == told {
			return
		}
		told = s.Scene.ID
		line := fmt.Sprintf("  %s  scène %d/%d · %s", time.Now().Format("15:04:05"), s.Scene.Index+1, s.Scene.Total, text.French(text.Visible(s.Scene.Title)))
		fmt.Fprintln(c.out, text.Truncate(line, c.width()))
	}
}

// onKeys calls quit when q is typed, until the function it returns is called.
func onKeys(ctx context.Context, c *console, quit func()) (stop func()) {
	if !c.inTerminal() {
		return func() {}
	}
	keys, err := linear.NewKeyboard(c.in)
	if err != nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			line, err := keys.Line(ctx)
			if errors.Is(err, io.EOF) || err == nil && strings.EqualFold(strings.TrimSpace(line), "q") {
				quit()
			}
			if err != nil {
				return
			}
		}
	}()
	return func() { cancel(); <-ended; keys.Close() }
}

// errNoBrowser: nothing here opens one.
var errNoBrowser = errors.New("no browser")

// openBrowser opens an address in the user's browser, which does not end with
// labo.
func openBrowser(c *console, address string) error {
	if diagnostic.NoDesktop(c.getenv) || !c.outTerminal() { // nobody looks
		return errNoBrowser
	}
	command := diagnostic.Opener(address)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.SysProcAttr = apart() // Ctrl+C here is not for it
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait() // it may last as long as the browser
	return nil
}
