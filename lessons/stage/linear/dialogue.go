package linear

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"labo/lessons/scene"
	"labo/lessons/stage"
	"labo/lessons/text"
)

// The dialogue. One line is one answer. At every prompt, the letters of
// [stage.Move] leave the scene, and the end of input (Ctrl+D) quits. What is not
// understood is said, and asked again. What was typed before a prompt was there
// does not answer it, except for an [Stage.Input] that follows another: messages
// may be typed ahead.
// Enter alone reads on; where there is nothing to read on to, it is told what to
// type.

// quits reports whether a line asks to leave.
func quits(line string) bool {
	kind, ok := stage.Move(line)
	return ok && kind == stage.Quit
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

// prompt asks for one line, without its spaces around.
func (s *Stage) prompt(ctx context.Context, prompt string) (string, error) {
	s.typing = false
	s.gap()
	answer, err := s.keys.Ask(ctx, s.out, prompt)
	if errors.Is(err, io.EOF) {
		s.line("")
		return "", &stage.Jump{Kind: stage.Quit}
	}
	if err != nil {
		s.line("")
		return "", err
	}
	answer = strings.TrimSpace(answer)
	if kind, ok := stage.Move(answer); ok {
		return "", &stage.Jump{Kind: kind}
	}
	return answer, nil
}

// Input asks for a line of the reader's own.
func (s *Stage) Input(ctx context.Context, prompt string) (string, error) {
	if s.silent() {
		return "", stage.ErrSkipped
	}
	s.gap()
	shown := "  " + s.paint.Strong(text.French(prompt)) + " › "
	ask := s.keys.Ask
	if s.typing {
		ask = s.keys.Follow
	}
	answer, err := ask(ctx, s.out, shown)
	s.typing = err == nil
	if errors.Is(err, io.EOF) {
		s.line("")
		return "", &stage.Jump{Kind: stage.Quit}
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
	if jump, ok := stage.ParseCommand(word); ok && jump != nil {
		return "", jump
	} else if ok {
		return "", stage.ErrSkipped
	}
	s.hanging("  ", text.French("Après « : », labo comprend fin ou p (passer à la suite), a, r, n, s et q. Pour envoyer un texte qui commence par « : », mettez une espace devant."))
	return s.Input(ctx, prompt)
}

// Ask writes the question and its numbered options, and waits for a number.
func (s *Stage) Ask(ctx context.Context, q scene.Question) (int, error) {
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
		return -1, s.rest(ctx)
	}
	n := len(q.Options)
	prompt := text.French(fmt.Sprintf("  Votre réponse [1-%d, p pour passer] › ", n))
	for {
		answer, err := s.prompt(ctx, prompt)
		if err != nil {
			return -1, err
		}
		if stage.Passes(answer) {
			s.line("")
			return -1, nil
		}
		if k, err := strconv.Atoi(answer); err == nil && k >= 1 && k <= n {
			s.line("")
			return k - 1, nil
		}
		said := ""
		if answer != "" {
			said = fmt.Sprintf("« %s » n'est pas une réponse. ", text.Truncate(text.Visible(answer), 20))
		}
		s.hanging("  ", text.French(fmt.Sprintf("%sTapez un nombre de 1 à %d, ou p pour passer la question (q pour quitter).", said, n)))
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
	if s.silent() {
		return s.rest(ctx)
	}
	for {
		answer, err := s.prompt(ctx, s.pausePrompt())
		if err != nil || answer == "" {
			return err
		}
		s.hanging("  ", text.French(fmt.Sprintf("« %s » ? Tapez Entrée pour la suite, ou une des lettres a, r, n, s, q.",
			text.Truncate(text.Visible(answer), 20))))
	}
}

func (s *Stage) pausePrompt() string {
	k := s.paint.Strong
	full := "  " + k("Entrée") + " suite · " + k("a") + " précédente · " + k("r") + " rejouer · " + k("s") + " scènes · " + k("q") + " quitter › "
	if text.Width(full) < s.width() {
		return full
	}
	return "  " + k("Entrée") + " suite · " + k("a r s q") + " › "
}

// End waits for a letter: Enter, typed once more at the last pause, ends
// nothing.
func (s *Stage) End(ctx context.Context) error {
	if s.silent() {
		return ctx.Err()
	}
	k := s.paint.Strong
	s.gap()
	s.line("  " + text.French("Fin de l'étape."))
	for {
		answer, err := s.prompt(ctx, "  "+k("q")+" finir · "+k("a")+" précédente · "+k("r")+" rejouer · "+k("s")+" scènes › ")
		if err != nil {
			return err
		}
		said := ""
		if answer != "" {
			said = fmt.Sprintf("« %s » ? ", text.Truncate(text.Visible(answer), 20))
		}
		s.hanging("  ", text.French(said+"L'étape est finie : tapez q pour la quitter, ou une des lettres a, r, s."))
	}
}

// Outline writes the list of scenes and waits for a number or a name.
func (s *Stage) Outline(ctx context.Context, heads []scene.Head) error {
	s.line("")
	for _, h := range heads {
		title := text.French(h.Title) + s.paint.Faint(" ("+h.ID+")")
		if s.Done != nil && s.Done(h.ID) != "" {
			title += " ✓ " + text.French(s.Done(h.ID))
		}
		s.hanging(fmt.Sprintf("    %2d  ", h.Index+1), title)
	}
	if s.silent() {
		return ctx.Err()
	}
	for {
		answer, err := s.prompt(ctx, text.French(fmt.Sprintf("  Quelle scène ? [1-%d, Entrée pour rester] › ", len(heads))))
		if err != nil || answer == "" {
			return err
		}
		for _, h := range heads {
			if answer == h.ID || answer == strconv.Itoa(h.Index+1) {
				return &stage.Jump{Kind: stage.To, Scene: h.ID}
			}
		}
		s.hanging("  ", text.French(fmt.Sprintf("« %s » n'est pas une scène de cette étape.", text.Truncate(text.Visible(answer), 30))))
	}
}
