package hall

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// floods bounds what comes from each address. It is bounded itself.
type floods struct {
	mu        sync.Mutex
	by        map[netip.Addr]*rate.Limiter
	followers map[netip.Addr]int
	following int
}

// maxAddresses is how many addresses are remembered; past it all are forgotten.
const maxAddresses = 4096

func (f *floods) allow(from netip.Addr, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by == nil || len(f.by) >= maxAddresses {
		f.by = map[netip.Addr]*rate.Limiter{}
	}
	l := f.by[from]
	if l == nil {
		l = rate.NewLimiter(perSecond, atOnce)
		f.by[from] = l
	}
	return l.AllowN(now, 1)
}

// follow takes a place among those that follow the wall, until done is called;
// ok is false where there is none.
func (f *floods) follow(from netip.Addr) (done func(), ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.following >= maxFollowers || f.followers[from] >= maxFrom {
		return nil, false
	}
	if f.followers == nil {
		f.followers = map[netip.Addr]int{}
	}
	f.following++
	f.followers[from]++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.following--
		if f.followers[from]--; f.followers[from] == 0 {
			delete(f.followers, from)
		}
	}, true
}
