//go:build unix

package scope

import (
	"syscall"

	tea "charm.land/bubbletea/v2"
)

// suspend stops the programs, then labo; [model.resumed] is told when labo goes on.
func (m *model) suspend() tea.Cmd {
	return tea.Sequence(m.signalAll(syscall.SIGSTOP), tea.Suspend)
}

// resumed lets the programs go on with labo.
func (m *model) resumed() tea.Cmd { return m.signalAll(syscall.SIGCONT) }

// signalAll sends a signal to every program that runs.
func (m *model) signalAll(s syscall.Signal) tea.Cmd {
	return func() tea.Msg {
		for _, p := range m.panes {
			if running, result := p.state(); running != nil && result == nil {
				syscall.Kill(-running.PID(), s) // its whole session is one group
			}
		}
		return nil
	}
}
