// Package follow tells when files are saved, however the editor does it:
// writing into the file, or putting another in its place.
package follow

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long files must be left alone before they count as saved:
// an editor writes several times.
const settle = 200 * time.Millisecond

// Watch calls saved whenever one of the files was saved, once for all events
// that come together. It watches their folders: a file that is replaced is
// another one, whose old watch would see nothing more. It returns when ctx
// ends (nil), or with the error of watching.
//
// saved runs in a goroutine of its own, with a context that ends when a file is
// saved again or ctx ends; Watch waits for it before it calls it again. It is
// called once at the start.
func Watch(ctx context.Context, files []string, saved func(context.Context)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch files: %w", err)
	}
	defer w.Close()
	states := make(map[string]stamp)
	folders := make(map[string]bool)
	for _, file := range files {
		path, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		states[path] = stampOf(path)
		folders[filepath.Dir(path)] = true
	}
	for folder := range folders {
		if err := w.Add(folder); err != nil {
			return fmt.Errorf("watch %s: %w", folder, err)
		}
	}
	r := runner{saved: saved}
	defer r.stop()
	r.start(ctx)
	quiet := time.NewTimer(0)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.Errors:
			return fmt.Errorf("watch files: %w", err)
		case e, ok := <-w.Events:
			if !ok {
				return nil
			}
			if path, err := filepath.Abs(e.Name); err == nil && !e.Has(fsnotify.Chmod) {
				if _, ours := states[path]; ours {
					quiet.Reset(settle)
				}
			}
		case <-quiet.C:
			if changed(states) {
				r.stop()
				r.start(ctx)
			}
		}
	}
}

// stamp is what tells one content of a file from another without reading it.
type stamp struct {
	size    int64
	changed time.Time
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime()}
}

// changed reports whether a file is not as it was, and remembers how it is. A
// file that is not there is about to be replaced: it counts when it is back.
func changed(states map[string]stamp) bool {
	any := false
	for path, before := range states {
		now := stampOf(path)
		if now == (stamp{}) || now == before {
			continue
		}
		states[path] = now
		any = true
	}
	return any
}

// runner holds the one call of saved that runs.
type runner struct {
	saved  func(context.Context)
	cancel context.CancelFunc
	done   chan struct{}
}

func (r *runner) start(ctx context.Context) {
	ctx, r.cancel = context.WithCancel(ctx)
	r.done = make(chan struct{})
	go func() {
		defer close(r.done)
		r.saved(ctx)
	}()
}

func (r *runner) stop() {
	if r.cancel != nil {
		r.cancel()
		<-r.done
	}
}
