package cours

import (
	"os"
	"path/filepath"

	"labo/lessons/prose"
)

// Write writes labo's own texts and notes into a new folder, for a teacher to
// change: laid over labo's own as they are, they change nothing. The error is that
// of the folder, which must not exist (fs.ErrExist), or of a file.
func Write(dir string) error {
	entries, err := prose.Markdown.ReadDir(".")
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, e := range entries {
		src, err := prose.Markdown.ReadFile(e.Name())
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, e.Name()), src, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
