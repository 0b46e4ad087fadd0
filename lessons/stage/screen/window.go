package screen

// window says which lines of the journal are on screen.
type window interface {
	// settle makes the window right again after the journal or its height
	// changed.
	settle(height int)
	// visible returns the lines on screen.
	visible(height int) []string
	// forward shows the next lines that were not read yet, and reports whether
	// there were any.
	forward(height int) bool
	// scroll moves back and forth in what was said, by lines.
	scroll(by, height int)
	// release lets the window follow what comes.
	release()
	// atEnd reports whether the last line is on screen.
	atEnd() bool
	// place says where the window is, in French, "" where that goes without
	// saying.
	place(height int) string
	// more reports whether something new is yet to be read.
	more(height int) bool
}

// scroll is the window of one reader: it follows what comes, but never past
// something that was not read.
type scroll struct {
	m    *model
	top  int
	held bool // the reader has moved: nothing else moves the window
	last int  // the height it was settled for
}

func (s *scroll) settle(height int) {
	j := &s.m.journal
	s.last = height
	end := max(j.total()-height, 0)
	if s.held {
		s.top = min(s.top, max(end, j.start(j.scene)))
		return
	}
	fresh := j.start(j.fresh)
	floor := min(j.start(j.scene), max(len(j.lines)-1, 0))
	if j.total()-fresh > height { // more than a screen of news: from its beginning
		s.top = max(fresh, floor)
		return
	}
	s.top = max(end, floor)
	for _, start := range j.starts { // from the beginning of something, as long as all that is new is there
		if start >= s.top {
			s.top = min(start, max(fresh, s.top))
			break
		}
	}
}

func (s *scroll) visible(height int) []string {
	j := &s.m.journal
	from := min(s.top, len(j.lines))
	return j.lines[from:min(from+height, len(j.lines))]
}

func (s *scroll) more(height int) bool { return s.top+height < s.m.journal.total() }

func (s *scroll) forward(height int) bool {
	if !s.more(height) {
		return false
	}
	s.held = true
	j, next := &s.m.journal, s.top+height
	if cut := cutting(j.lines, s.top+height/2, next); blank(j.lines[cut]) { // from the paragraph that was not whole
		next = cut + 1
	} else {
		next -= min(1, height-1)
	}
	s.top = min(next, j.total()-height)
	return true
}

func (s *scroll) scroll(by, height int) {
	last := max(s.m.journal.total()-height, s.m.journal.start(s.m.journal.scene))
	if s.m.journal.total() <= height {
		last = min(last, s.m.journal.start(s.m.journal.scene))
	}
	s.top = max(0, min(s.top+by, last))
	s.held = true
}

func (s *scroll) release() { s.held = false }

func (s *scroll) atEnd() bool { return !s.more(s.last) }

func (s *scroll) place(height int) string {
	total := s.m.journal.total()
	switch {
	case s.more(height):
		return "↓ " + lines(total-s.top-height)
	case s.top > 0:
		return "↑"
	}
	return ""
}
