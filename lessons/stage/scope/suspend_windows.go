package scope

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

func deadline() time.Time { return time.Time{} }

func (m *model) suspend() tea.Cmd { return nil }

func (m *model) resumed() tea.Cmd { return nil }
