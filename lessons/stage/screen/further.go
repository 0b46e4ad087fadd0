package screen

import "labo/lessons/dialogue"

// goFurther leads to what goes further than the scene, from its last page.
func (m *model) goFurther() {
	if m.furthers() {
		m.reply(result{err: &dialogue.Jump{Kind: dialogue.Further}})
	}
}

// furthers reports whether + leads somewhere.
func (m *model) furthers() bool {
	return m.wait != nil && m.wait.kind == waitPause && m.wait.further != "" && !m.window.more(m.pageHeight())
}
