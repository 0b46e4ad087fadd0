package film

import (
	"time"

	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/scene"
	"labo/probe"
)

// maxSockets bounds the sockets of a [Snapshot].
const maxSockets = 1000

// SceneOf returns the form of a head.
func SceneOf(h scene.Head) *Scene {
	return &Scene{Step: h.Step, StepTitle: h.StepTitle, Index: h.Index, Further: h.Further, Total: h.Total, TakesS: int(h.Takes.Seconds()), ID: h.ID, Title: h.Title}
}

// OfBegin tells that a scene opens.
func OfBegin(h scene.Head) Record { return Record{Kind: Begin, Scene: SceneOf(h)} }

// OfProse tells what was said.
func OfProse(blocks []prose.Block) Record { return Record{Kind: Prose, Blocks: blocks} }

// OfEvent tells what happened.
func OfEvent(e evidence.Event) Record {
	form := record.OfEvent(e)
	return Record{Kind: Event, Event: &form}
}

// OfEvidence tells what was measured.
func OfEvidence(e evidence.Evidence) Record {
	form := record.OfEvidence(e)
	return Record{Kind: Evidence, Evidence: &form}
}

// OfAsk tells what is asked.
func OfAsk(q scene.Question) Record {
	return Record{Kind: Ask, Blocks: q.Blocks, Options: q.Options}
}

// OfAnswer tells what the measurement says of the last question.
func OfAnswer(a scene.Answer) Record {
	return Record{Kind: Answer, Chosen: place(a.Chosen), Right: place(a.Right), Sure: a.Sure, Measured: a.Measured, Left: a.Left, asked: &a.Question}
}

func place(i int) *int {
	if i < 0 {
		return nil
	}
	return &i
}

// OfUpdate tells what the system holds.
func OfUpdate(u probe.Update) Record {
	if u.Err != nil {
		return Record{Kind: Port, Port: &Snapshot{Error: fault.Cause(u.Err), Sockets: []record.Socket{}}}
	}
	p := held(u.Snapshot.Sockets)
	p.Source, p.Notes, p.TookUS = u.Snapshot.Source.String(), measured.Notes(u.Snapshot), u.Snapshot.Took.Microseconds()
	return Record{Kind: Port, Port: p}
}

// OfFacing tells what another machine said last of its own table: its name, how old
// that is, what is to be known of it.
func OfFacing(name, when, note string, rows []probe.Socket) Record {
	p := held(rows)
	if p.Source = when; note != "" {
		p.Notes = []string{note}
	}
	return Record{Kind: Facing, Title: name, Port: p}
}

func held(all []probe.Socket) *Snapshot {
	shown := all[:min(len(all), maxSockets)]
	p := &Snapshot{Sockets: make([]record.Socket, len(shown)), Lost: len(all) - len(shown)}
	for i := range shown {
		p.Sockets[i] = record.Of(&shown[i])
	}
	return p
}

// Update returns a snapshot as the probe gave it at that moment, with what
// changed since the one before, which may be nil.
func (p *Snapshot) Update(at time.Time, before *probe.Snapshot) probe.Update {
	if p.Error != "" {
		return probe.Update{Err: fault.Failed(p.Error, "", nil)}
	}
	s := &probe.Snapshot{TakenAt: at, Took: time.Duration(p.TookUS) * time.Microsecond, Sockets: make([]probe.Socket, len(p.Sockets))}
	for _, source := range []probe.Source{probe.Auto, probe.SockDiag, probe.Gopsutil} {
		if source.String() == p.Source {
			s.Source = source
		}
	}
	for i := range p.Sockets {
		s.Sockets[i] = p.Sockets[i].Probe()
	}
	return probe.Update{Snapshot: s, Changes: probe.Diff(before, s)}
}

// OfRuntime tells how many goroutines and threads labo has.
func OfRuntime(r probe.RuntimeInfo) Record {
	n := func(m probe.Maybe[int]) *int {
		if !m.Known {
			return nil
		}
		return &m.Value
	}
	return Record{Kind: Runtime, Runtime: &Counts{Goroutines: r.Goroutines, Running: n(r.Running), Runnable: n(r.Runnable),
		Waiting: n(r.Waiting), InCall: n(r.InCall), Threads: n(r.OSThreads)}}
}
