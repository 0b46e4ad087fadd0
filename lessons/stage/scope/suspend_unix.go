//go:build unix

package scope

import (
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
)

func deadline() time.Time { return time.Now().Add(20 * time.Millisecond) }

// suspend stops the programs, then labo; they go on together.
func (m *model) suspend() tea.Cmd {
	signal := func(s syscall.Signal) {
		for _, p := range m.panes {
			if running, result := p.state(); running != nil && result == nil {
				syscall.Kill(-running.PID(), s) // its whole session is one group
			}
		}
	}
	return tea.Sequence(
		func() tea.Msg { signal(syscall.SIGSTOP); return nil },
		tea.Suspend,
		func() tea.Msg { signal(syscall.SIGCONT); return nil },
	)
}
