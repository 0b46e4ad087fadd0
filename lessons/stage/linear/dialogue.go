package linear

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/dialogue"
	"labo/lessons/scene"
	"labo/lessons/stage/lexicon"
	"labo/lessons/text"
)

// The dialogue. One line is one answer. At every prompt, the letters of
// [dialogue.Move] leave the scene, and the end of input (Ctrl+D) quits. What is not
// understood is said, and asked again. What was typed before a prompt was there
// does not answer it, except for an [Stage.Input] that follows another: messages
// may be typed ahead.
// Enter alone reads on; where there is nothing to read on to, it is told what to
// type.

// quits reports whether a line asks to leave.
func quits(line string) bool {
	kind, ok := dialogue.Move(line)
	return ok && kind == dialogue.Quit
}

// silent reports whether nobody is to be asked.
func (s *Stage) silent() bool { return s.keys == nil || s.auto != nil }

// rest waits for the delay of --auto.
func (s *Stage) rest(ctx context.Context) error {
	if s.auto == nil || *s.auto <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(*s.auto)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// prompt asks for one line, without its spaces around. asked says that it is the
// answer to a prediction.
func (s *Stage) prompt(ctx context.Context, prompt string, asked bool) (string, error) {
	s.typing = false
	s.gap()
	answer, err := s.keys.Ask(ctx, s.out, prompt)
	if errors.Is(err, io.EOF) {
		s.line("")
		return "", &dialogue.Jump{Kind: dialogue.Quit}
	}
	if err != nil {
		s.line("")
		return "", err
	}
	answer = strings.TrimSpace(answer)
	if dialogue.Explains(answer) {
		s.explain(asked)
		return s.prompt(ctx, prompt, asked)
	}
	if kind, ok := dialogue.Move(answer); ok {
		return "", &dialogue.Jump{Kind: kind}
	}
	return answer, nil
}

// explain says what is on screen, word by word.
func (s *Stage) explain(asked bool) {
	before := slices.Clone(s.said)
	terms := lexicon.Terms(lexicon.Seen{Text: ansi.Strip(strings.Join(before, "\n")), Rows: s.rows, Asked: asked})
	s.gap()
	for _, t := range terms {
		if t[1] != "" {
			s.hanging("  "+s.paint.Strong(t[0])+"  ", text.French(t[1]))
		}
	}
	if len(terms) == 0 {
		s.hanging("  ", text.French("Aucun mot de ces lignes n'est dans le lexique de labo."))
	}
	s.said = before // what explains is not to be explained
}

// Input asks for a line of the reader's own.
func (s *Stage) Input(ctx context.Context, prompt string) (string, error) {
	s.showChecks()
	if s.silent() {
		return "", dialogue.ErrSkipped
	}
	s.gap()
	shown := "  " + s.paint.Strong(text.French(prompt)) + " › "
	ask := s.keys.Ask
	if s.typing {
		ask = s.keys.follow
	}
	answer, err := ask(ctx, s.out, shown)
	s.typing = err == nil
	if errors.Is(err, io.EOF) {
		s.line("")
		return "", &dialogue.Jump{Kind: dialogue.Quit}
	}
	if err != nil {
		s.line("")
		return "", err
	}
	s.full = true
	word, forLabo := strings.CutPrefix(answer, ":")
	if !forLabo {
		return answer, nil
	}
	if dialogue.Explains(word) {
		s.explain(false)
		return s.Input(ctx, prompt)
	}
	if jump, ok := dialogue.ParseCommand(word); ok && jump != nil {
		return "", jump
	} else if ok {
		return "", dialogue.ErrSkipped
	}
	s.hanging("  ", text.French("Après « : », labo comprend fin ou p (passer à la suite), a, r, n, s et q. Pour envoyer un texte qui commence par « : », mettez une espace devant."))
	return s.Input(ctx, prompt)
}

// Ask writes the question and its numbered options, and waits for a number.
func (s *Stage) Ask(ctx context.Context, q scene.Question) (scene.Choice, error) {
	s.showChecks()
	s.gap()
	s.line("  " + s.paint.Strong("PRÉDICTION"))
	for _, b := range q.Blocks {
		s.block(b, 2)
	}
	for i, o := range q.Options {
		s.paragraph(o.Spans, fmt.Sprintf("    %d  ", i+1), "       ")
	}
	if s.silent() {
		s.gap()
		return scene.Passed, s.rest(ctx)
	}
	n := len(q.Options)
	prompt := text.French(fmt.Sprintf("  Votre réponse [1-%d, 1! sans hésiter, p pour passer, i pour les mots] › ", n))
	for {
		answer, err := s.prompt(ctx, prompt, true)
		if err != nil {
			return scene.Passed, err
		}
		if dialogue.Passes(answer) {
			s.line("")
			return scene.Passed, nil
		}
		number, sure := strings.CutSuffix(answer, "!")
		if k, err := strconv.Atoi(strings.TrimSpace(number)); err == nil && k >= 1 && k <= n {
			s.line("")
			return scene.Choice{Option: k - 1, Sure: sure}, nil
		}
		said := ""
		if answer != "" {
			said = fmt.Sprintf("« %s » n'est pas une réponse. ", text.Truncate(text.Visible(answer), 20))
		}
		s.hanging("  ", text.French(fmt.Sprintf("%sTapez un nombre de 1 à %d (1! sans hésiter), ou p pour passer la question (q pour quitter).", said, n)))
	}
}

// Answer writes what the measurement says of the prediction.
func (s *Stage) Answer(a scene.Answer) {
	mark := s.paint.Strong("  ⇒ ")
	if a.Right >= 0 && a.Chosen == a.Right {
		mark = s.paint.Good("  ✓ ")
	}
	s.gap()
	s.hanging(mark, text.French(a.Verdict()))
	s.gap()
}

// Pause waits for Enter.
func (s *Stage) Pause(ctx context.Context) error {
	further := s.further
	s.further = ""
	s.showChecks()
	if s.silent() {
		return s.rest(ctx)
	}
	if further != "" {
		s.gap()
		s.hanging("  ", text.French("Pour aller plus loin, + : "+text.Visible(further)))
	}
	for {
		answer, err := s.prompt(ctx, s.pausePrompt(further != ""), false)
		if err != nil || answer == "" {
			return err
		}
		if further != "" && dialogue.Furthers(answer) {
			return &dialogue.Jump{Kind: dialogue.Further}
		}
		s.hanging("  ", text.French(fmt.Sprintf("« %s » ? Tapez Entrée pour la suite, ou une des lettres a, r, n, s, q.",
			text.Truncate(text.Visible(answer), 20))))
	}
}

// Measuring says what the scene does, to who waits.
func (s *Stage) Measuring(words string) {
	if !s.silent() {
		s.line(s.paint.Faint("  … " + text.French(words)))
	}
}

// Offer has the next pause lead further.
func (s *Stage) Offer(title string) { s.further = title }

func (s *Stage) pausePrompt(further bool) string {
	k := s.paint.Strong
	more := ""
	if further {
		more = k("+") + " plus loin · "
	}
	full := "  " + k("Entrée") + " suite · " + more + k("a") + " précédente · " + k("r") + " rejouer · " + k("s") + " scènes · " + k("i") + " mots · " + k("q") + " quitter › "
	if text.Width(full) < s.width() {
		return full
	}
	return "  " + k("Entrée") + " suite · " + more + k("a r s i q") + " › "
}

// End writes the last page, and waits for a letter: Enter, typed once more at
// the last pause, ends nothing.
func (s *Stage) End(ctx context.Context, page dialogue.LastPage) error {
	s.showChecks()
	if len(page.Blocks) > 0 {
		s.gap()
		s.line("")
		s.line(s.paint.Strong(rule("━━ "+text.French(page.Title)+" ", s.textWidth())))
		s.Prose(page.Blocks)
	}
	if s.silent() {
		return ctx.Err()
	}
	k := s.paint.Strong
	s.gap()
	for {
		answer, err := s.prompt(ctx, "  "+k("q")+" finir · "+k("a")+" précédente · "+k("r")+" rejouer · "+k("s")+" scènes › ", false)
		if err != nil {
			return err
		}
		said := ""
		if answer != "" {
			said = fmt.Sprintf("« %s » ? ", text.Truncate(text.Visible(answer), 20))
		}
		s.hanging("  ", text.French(said+"C'est la fin : tapez q pour quitter, ou une des lettres a, r, s."))
	}
}

// rule ends a heading with a line, as wide as the text.
func rule(heading string, width int) string {
	return text.Truncate(heading+strings.Repeat("━", max(width-text.Width(heading), 2)), width)
}

// Outline writes the list of scenes and waits for a number or a name.
func (s *Stage) Outline(ctx context.Context, heads []scene.Head) error {
	s.line("")
	essential := 0
	for _, h := range heads {
		if h.Further == 0 {
			essential++
		}
		title := text.French(h.Title) + s.paint.Faint(" ("+h.ID+")")
		if h.Reading() > 1 { // one minute goes without saying
			title += s.paint.Faint(" · " + h.ReadingWords())
		}
		if s.Done != nil && s.Done(h.ID) != "" {
			title += " ✓ " + text.French(s.Done(h.ID))
		}
		s.hanging(fmt.Sprintf("    %2s  ", h.Number()), title)
	}
	if n := scene.Reading(heads); n > 0 {
		s.hanging("        ", text.French(fmt.Sprintf("Temps de lecture : %d%smin en tout.", n, text.NBSP)))
	}
	if s.silent() {
		return ctx.Err()
	}
	for {
		answer, err := s.prompt(ctx, text.French(fmt.Sprintf("  Quelle scène ? [1-%d ou son nom, Entrée pour rester] › ", essential)), false)
		if err != nil || answer == "" {
			return err
		}
		for _, h := range heads {
			if answer == h.ID || answer == h.Number() && h.Further == 0 {
				return &dialogue.Jump{Kind: dialogue.To, Scene: h.ID}
			}
		}
		s.hanging("  ", text.French(fmt.Sprintf("« %s » n'est pas une scène de cette étape.", text.Truncate(text.Visible(answer), 30))))
	}
}
