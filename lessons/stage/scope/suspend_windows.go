package scope

import tea "charm.land/bubbletea/v2"

func (m *model) suspend() tea.Cmd { return nil }

func (m *model) resumed() tea.Cmd { return nil }
