package screen

import (
	"strings"

	"labo/lessons/stage/live"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// kernel is the live panel: what the system holds of the lesson's port, and of
// this process.
type kernel struct {
	palette paint.Palette
	port    uint16
	width   int
	table   *live.Table
	failure error
	covered bool // a prediction is asked: the panel may hold its answer

	goroutines, threads history
	runtime             probe.RuntimeInfo
}

func newKernel(p paint.Palette, port uint16) *kernel {
	return &kernel{palette: p, port: port, table: live.NewTable(p, 80)}
}

func (k *kernel) resize(width int) {
	if width > 0 && width != k.width {
		k.width = width
		k.table.Resize(width)
	}
}

// clear forgets what was measured for another scene.
func (k *kernel) clear() {
	k.table.Clear()
	k.failure = nil
}

func (k *kernel) measured(u updateMsg) {
	if k.failure = u.Err; u.Err != nil {
		return
	}
	k.table.Mark(u.Changes, u.at)
	k.table.Measured(u.Snapshot, u.at)
}

func (k *kernel) counted(r runtimeMsg) {
	k.runtime = probe.RuntimeInfo(r)
	k.goroutines.add(probe.Known(r.Goroutines))
	k.threads.add(r.OSThreads)
}

// view draws the panel in exactly height lines.
func (k *kernel) view(width, height int) []string {
	if height <= 0 {
		return nil
	}
	if height == 1 {
		return []string{k.heading(width)}
	}
	out := []string{k.heading(width)}
	counts := k.countLines(width)
	switch room := height - 1; {
	case k.covered:
		out = append(out, text.Paragraph("La table s'ouvre après votre réponse : elle pourrait la contenir.", width)...)
	case k.failure != nil:
		out = append(out, text.Wrap("✗ "+text.French("La table n'a pas pu être lue : "+text.Visible(k.failure.Error())), width)...)
	case k.table.Snapshot == nil:
		out = append(out, text.Paragraph("labo mesure le port pendant que vous lisez, et seulement alors : rien ne trouble ses propres mesures.", width)...)
	default:
		if room < 6 {
			counts = nil
		}
		out = append(out, k.measuredLines(width, room-len(counts))...)
	}
	for len(out) < height-len(counts) {
		out = append(out, "")
	}
	out = append(out[:max(height-len(counts), 1)], counts...)
	return clip(out[:height], width)
}

// heading names the panel, with the source and time of its measurement.
func (k *kernel) heading(width int) string {
	source := ""
	if k.covered {
		return rule(k.palette, "LE NOYAU RÉPONDRA APRÈS VOTRE PRÉDICTION", "", width)
	}
	if k.table.Snapshot != nil {
		source = "[" + panel.Source(k.table.Snapshot) + "]"
	}
	return rule(k.palette, "CE QUE VOIT LE NOYAU", source, width)
}

// measuredLines are the owner of the port, the table and the queues.
func (k *kernel) measuredLines(width, room int) []string {
	s := k.table.Snapshot
	var out []string
	if k.port != 0 {
		out = append(out, text.Truncate(panel.PortOwner(k.port, s), width))
	}
	bars := panel.QueueBars(k.palette, width, s.Sockets)
	header, rows := k.table.Header(), k.table.Lines()
	if spare := room - len(out) - len(rows); spare < len(header)+len(bars) {
		if spare < len(header) {
			header = nil
		}
		bars = bars[:max(0, min(len(bars), spare-len(header)))]
	}
	out = append(out, header...)
	if left := room - len(out) - len(bars); len(rows) > left {
		hidden := len(rows) - max(left-1, 0)
		rows = append(append([]string(nil), rows[:max(left-1, 0)]...), "  … "+lines(hidden)+" de plus")
	}
	out = append(out, rows...)
	return append(out, bars...)
}

// countLines are the goroutines and the threads of this process, as curves.
func (k *kernel) countLines(width int) []string {
	if k.runtime.TakenAt.IsZero() {
		return nil
	}
	line := func(name string, n probe.Maybe[int], h *history) string {
		number := "?"
		if n.Known {
			number = itoa(n.Value)
		}
		head := text.PadRight(name, 19) + text.PadLeft(number, 6) + "  "
		return head + k.palette.Kernel(h.spark(max(width-text.Width(head), 0)))
	}
	return []string{
		line("goroutines de labo", probe.Known(k.runtime.Goroutines), &k.goroutines),
		line("threads du système", k.runtime.OSThreads, &k.threads),
	}
}

// rule is a heading over the whole width: "── TITLE ──────── source ──".
func rule(p paint.Palette, title, source string, width int) string {
	left := "── " + title + " "
	right := ""
	if source != "" && text.Width(left)+text.Width(source)+4 <= width {
		right = " " + source
	}
	fill := max(width-text.Width(left)-text.Width(right), 0)
	return p.Strong(text.Truncate(left+strings.Repeat("─", fill), width)) + p.Source(right)
}
