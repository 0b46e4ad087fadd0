package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"labo/lessons/demo"
	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/sonde"
	"labo/lessons/text"
	"labo/probe"
)

func network(ctx context.Context, port uint16) []Finding {
	return []Finding{portFree(ctx, port), loopback6(), ephemeral(ctx), backlog(), memory(ctx)}
}

// portFree is what the sheet's server would get on the port of the lesson.
func portFree(ctx context.Context, port uint16) Finding {
	f := Finding{ID: "port", Subject: fmt.Sprintf("port %d", port), Level: Unknown}
	filter := probe.Filter{Ports: []uint16{port}, Foresee: true}
	s, err := probe.Sockets(ctx, filter)
	if err != nil {
		f.Said = "la table des sockets ne se lit pas : " + fault.Cause(err)
		return f
	}
	s.Introduce(ctx, measured.MostNamed)
	answers, err := sonde.Answers(ctx, filter, s, true)
	if err != nil {
		f.Said = "la table des sockets ne se lit pas : " + fault.Cause(err)
		return f
	}
	a := answers[0]
	switch {
	case a.Tried.Value == "":
		f.Level, f.Said = Fine, "libre : labo l'a demandé au système, et rendu aussitôt"
	case a.Bind.Outcome == probe.Refused:
		f.Level = Lacking
		f.Said, f.Remedy = measured.TakenPort(port, a.Bind)
	default:
		f.Level, f.Said = Lacking, "refusé ("+a.Tried.Value+"), et labo ne sait pas par quoi"
	}
	if f.Level == Lacking {
		f.Remedy = strings.TrimSpace(f.Remedy + fmt.Sprintf(" Ou jouez les étapes sur un autre port : `labo etape 1 --port %d`.", port+1))
	}
	return f
}

// loopback6 asks for ::1, which a browser tries first for localhost.
func loopback6() Finding {
	at := netip.AddrPortFrom(netip.IPv6Loopback(), 0)
	switch errno := probe.Survey(at, &probe.Snapshot{}).BindErrno; errno {
	case "":
		return Finding{ID: "ipv6", Subject: "IPv6 (::1)", Level: Fine, Said: "« localhost » peut d'abord y mener, puis à 127.0.0.1"}
	default:
		return Finding{ID: "ipv6", Subject: "IPv6 (::1)", Level: Limited, Said: "cette machine ne l'accorde pas (" + errno + ") : les étapes n'en ont pas besoin"}
	}
}

func ephemeral(ctx context.Context) Finding {
	f := Finding{ID: "ephemeral", Subject: "ports éphémères"}
	lent, err := probe.EphemeralPorts(ctx)
	if err != nil {
		f.Level, f.Said = Unknown, "ce système ne dit pas lesquels il prête aux clients : "+fault.Cause(err)
		return f
	}
	f.Said = fmt.Sprintf("de %d à %d, prêtés par le système aux clients", lent.Low, lent.High)
	return f
}

func backlog() Finding {
	f := Finding{ID: "backlog", Subject: "backlog"}
	most := probe.MostBacklog()
	if !most.Known {
		f.Level, f.Said = Unknown, "ce système ne dit pas combien listen() en accorde au plus"
		return f
	}
	f.Said = "au plus " + text.Number(most.Value) + ", quoi qu'on demande à listen()"
	return f
}

// memory makes a connection that is over, and reads how long the kernel
// remembers it.
func memory(ctx context.Context) Finding {
	f := Finding{ID: "time-wait", Subject: "TIME-WAIT"}
	m, err := demo.MakeState(ctx, probe.TimeWait)
	if err != nil {
		f.Level, f.Said = Unknown, "labo en a fait un, et ne l'a pas vu"
		if _, here := errors.AsType[*demo.NotHereError](err); !here {
			f.Said = "labo n'a pas pu en faire un : " + fault.Cause(err)
		}
		return f
	}
	defer m.Close()
	t := m.Socket.Timer
	if !t.Known || t.Value.Kind != probe.TimerTimeWait {
		f.Level, f.Said = Limited, "cette source le montre, sans dire pour combien de temps"
		if most := probe.MostMemory(); most.Known {
			f.Said = "une connexion finie y reste au plus " + text.Duration(most.Value) + " (deux fois net.inet.tcp.msl, lu à l'instant)"
		}
		return f
	}
	f.Said = "une connexion finie y reste " + text.Duration(t.Value.Remaining.Round(time.Second)) + " (mesuré à l'instant)"
	return f
}
