package trace

import (
	"os"
	"path/filepath"
	"strings"

	"labo/lessons/text"
)

// maxSource is the longest source that is listed, in bytes.
const maxSource = 1 << 20

// source is a file of the student.
type source struct {
	path  string
	lines []string // made visible, tabs as four spaces; the first is line 1
	code  []bool   // holds more than a comment or nothing
}

// readSource reads a file as it is now. It returns nil when it cannot be read.
func readSource(path string) *source {
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

func parseSource(path, content string) *source {
	s := &source{path: path}
	content = strings.TrimSuffix(strings.ReplaceAll(content, "\r\n", "\n"), "\n")
	for line := range strings.SplitSeq(content, "\n") {
		s.lines = append(s.lines, text.Visible(strings.ReplaceAll(line, "\t", "    ")))
		trimmed := strings.TrimSpace(line)
		s.code = append(s.code, trimmed != "" && !strings.HasPrefix(trimmed, "#"))
	}
	return s
}

// name is how the file is called on screen.
func (s *source) name() string { return text.Visible(filepath.Base(s.path)) }

// line returns line n, from 1; "" outside.
func (s *source) line(n int) string {
	if s == nil || n < 1 || n > len(s.lines) {
		return ""
	}
	return s.lines[n-1]
}
