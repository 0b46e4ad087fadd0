package hall

import (
	"context"
	"encoding/json"
	"time"

	"labo/lessons/stage/markup"
	"labo/lessons/stage/page"
)

// regionMain is the region of a page that has only one.
const regionMain = "classe"

// pause is the least time between two pictures of a page: an eye sees no more.
const pause = 50 * time.Millisecond

// follow sends the regions of a page that changed, each time that something
// may have changed it and every so often, until the browser leaves or changed is
// closed.
func follow(ctx context.Context, out page.Stream, changed <-chan struct{}, every time.Duration, draw func() map[string]markup.HTML) {
	sent := map[string]string{}
	tick := time.NewTicker(every)
	defer tick.Stop()
	err := out.Write("retry: 1000\n\n")
	for err == nil {
		fresh := map[string]string{}
		for name, region := range draw() {
			if html := region.String(); sent[name] != html {
				fresh[name], sent[name] = html, html
			}
		}
		if len(fresh) > 0 {
			data, _ := json.Marshal(fresh) // strings
			err = out.Write("data: " + string(data) + "\n\n")
		} else {
			err = out.Write("event: pouls\ndata:\n\n")
		}
		if err != nil {
			return
		}
		select { // many votes are one picture
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		select {
		case _, open := <-changed:
			if !open {
				return
			}
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
