package screen

import "slices"

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
	// first is the item that the window begins with.
	first(height int) int
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
	free bool // by lines, up or down
	read int  // the line after the last that the page before had
	last int  // the height it was settled for

	turned int // the first line, where the reader has turned a page
}

func (s *scroll) settle(height int) {
	j := &s.m.journal
	s.last = height
	end := max(j.total()-height, 0)
	if s.held {
		s.top = min(s.top, max(end, j.start(j.scene), s.turned))
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
	return j.lines[from:min(max(s.end(height), from), len(j.lines))]
}

// end is the line after the last on screen: a paragraph that is not whole is left to
// the next page, and where less than a few would be left to read, so is the paragraph
// before them.
func (s *scroll) end(height int) int {
	j, end := &s.m.journal, s.top+height
	total := j.total()
	if s.free || end >= total {
		return end
	}
	if written(j.lines[end:total]) > few {
		if cut := j.cutting(s.top+height/2, end); s.enough(cut, height) {
			return cut
		}
		return end
	}
	enough := end
	for cut := end - 1; cut > s.top+height/3 && total-cut <= height && written(j.lines[min(s.read, cut):cut]) > few; cut-- {
		switch left := written(j.lines[cut:total]); {
		case left <= few:
		case blank(j.lines[cut]):
			return cut
		case enough == end:
			enough = cut
		}
	}
	return enough
}

func (s *scroll) more(height int) bool { return s.top+height < s.m.journal.total() }

func (s *scroll) forward(height int) bool {
	if !s.more(height) {
		return false
	}
	j, next := &s.m.journal, s.end(height)
	s.held, s.free, s.read = true, false, next
	if next < s.top+height {
		if blank(j.lines[next]) {
			next++
		}
		s.turn(next, height)
		return true
	}
	cut := j.cutting(s.top+height/2, next)
	if blank(j.lines[cut]) && written(j.lines[next:min(cut+1+height, j.total())]) > few { // from the paragraph that was not whole
		next = cut + 1
	} else {
		next -= min(1, height-1)
	}
	s.turn(next, height)
	return true
}

// turn begins a page with a line or, where less than a page is left, with what fills
// it; not with the last few lines of a paragraph or of anything else that was read.
func (s *scroll) turn(next, height int) {
	j := &s.m.journal
	s.top = min(next, j.total()-height)
	if _, begins := slices.BinarySearch(j.starts, s.top); !begins && s.top > 0 && !blank(j.lines[s.top-1]) {
		for at := s.top; at < min(next, s.top+few); at++ {
			if blank(j.lines[at]) {
				s.top = at + 1
				break
			}
			if _, begins := slices.BinarySearch(j.starts, at); begins {
				s.top = at
				break
			}
		}
	}
	s.turned = s.top
}

// enough reports whether a page that ends at cut brings enough, and the next ones too.
func (s *scroll) enough(cut, height int) bool {
	j := &s.m.journal
	next := min(cut+1+height, j.total())
	left := written(j.lines[next:j.total()])
	return blank(j.lines[cut]) && written(j.lines[min(s.read, cut):cut]) > few && written(j.lines[s.top+height:next]) > few && (left == 0 || left > few)
}

func (s *scroll) scroll(by, height int) {
	last := max(s.m.journal.total()-height, s.m.journal.start(s.m.journal.scene))
	if s.m.journal.total() <= height {
		last = min(last, s.m.journal.start(s.m.journal.scene))
	}
	s.top = max(0, min(s.top+by, last))
	s.held, s.free, s.turned = true, true, 0
}

func (s *scroll) first(int) int {
	at, begins := slices.BinarySearch(s.m.journal.starts, s.top)
	if !begins {
		at--
	}
	return at
}

func (s *scroll) release() { s.held, s.free, s.read, s.turned = false, false, 0, 0 }

func (s *scroll) atEnd() bool { return !s.more(s.last) }

func (s *scroll) place(height int) string {
	total := s.m.journal.total()
	switch {
	case s.more(height):
		return "↓ " + lines(total-s.end(height))
	case s.top > 0:
		return "↑"
	}
	return ""
}
