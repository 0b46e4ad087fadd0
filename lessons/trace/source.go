package trace

import (
	"os"
	"path/filepath"
	"strings"

	"labo/lessons/text"
)

// maxSource is the longest source that is listed, in bytes.
const maxSource = 1 << 20

// Source is a file of the student.
type Source struct {
	Path  string
	Lines []string // made visible, tabs as four spaces; the first is line 1
	Code  []bool   // holds more than a comment or nothing
}

// ReadSource reads a file as it is now. It returns nil when it cannot be read.
func ReadSource(path string) *Source {
	info, err := os.Stat(path)
	if err != nil || info.Size() > maxSource || !info.Mode().IsRegular() {
		return nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return parseSource(path, string(b))
}

func parseSource(path, content string) *Source {
	s := &Source{Path: path}
	content = strings.TrimSuffix(strings.ReplaceAll(content, "\r\n", "\n"), "\n")
	for line := range strings.SplitSeq(content, "\n") {
		s.Lines = append(s.Lines, text.Visible(strings.ReplaceAll(line, "\t", "    ")))
		trimmed := strings.TrimSpace(line)
		s.Code = append(s.Code, trimmed != "" && !strings.HasPrefix(trimmed, "#"))
	}
	return s
}

// Name is how the file is called on screen.
func (s *Source) Name() string { return text.Visible(filepath.Base(s.Path)) }

// Line returns line n, from 1; "" outside.
func (s *Source) Line(n int) string {
	if s == nil || n < 1 || n > len(s.Lines) {
		return ""
	}
	return s.Lines[n-1]
}
