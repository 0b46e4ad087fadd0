package editor

// named are the keys that act on a [Line], by their usual names.
var named = map[string]keyKind{
	"left": keyLeft, "right": keyRight, "up": keyUp, "down": keyDown, "home": keyHome, "end": keyEnd,
	"ctrl+left": keyWordLeft, "alt+left": keyWordLeft, "ctrl+right": keyWordRight, "alt+right": keyWordRight,
	"backspace": keyBackspace, "delete": keyDelete,
	"ctrl+a": keyHome, "ctrl+e": keyEnd, "ctrl+b": keyLeft, "ctrl+f": keyRight, "ctrl+p": keyUp, "ctrl+n": keyDown,
	"ctrl+h": keyBackspace, "ctrl+w": keyDeleteWord, "ctrl+u": keyDeleteToStart, "ctrl+k": keyDeleteToEnd,
}

// Press does what a named key ("left", "ctrl+a") says to the line, and reports
// whether it says anything.
func (l *Line) Press(name string) bool {
	kind, ok := named[name]
	if ok {
		l.apply(key{kind: kind})
	}
	return ok
}

// Type puts text before the cursor.
func (l *Line) Type(s string) { l.insert(s) }

// Take returns what was typed and begins a new line. What was typed can be
// recalled with "up".
func (l *Line) Take() string { return l.take() }

// Empty reports whether nothing is typed.
func (l *Line) Empty() bool { return l.empty() }

// Shown returns what stands before and after the cursor, made visible.
func (l *Line) Shown() (before, after string) {
	return l.shown(0, l.pos), l.shown(l.pos, len(l.cells))
}
