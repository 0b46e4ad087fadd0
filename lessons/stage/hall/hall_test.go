package hall

import (
	"context"
	"net/http"
	"net/netip"
	"os"
	"testing"

	"labo/lessons/room"
	"labo/lessons/stage/page"
)

var loopback = netip.MustParseAddrPort("127.0.0.1:0")

// class is a room that is really open, with its phones, its wall and its desk.
type class struct {
	*room.Room
	phones *Phones
	desk   *Desk
	server *page.Server
}

// soon bounds what asks a room.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), hang)
	t.Cleanup(cancel)
	return ctx
}

func openRoom(t *testing.T, dir string) *room.Room {
	t.Helper()
	r, err := room.Open(soon(t), room.Options{Name: "essai", Addr: loopback, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func openClass(t *testing.T, dir string) *class {
	t.Helper()
	r := openRoom(t, dir)
	var err error
	c := &class{Room: r}
	if c.phones, err = ServePhones(t.Context(), PhoneOptions{Room: r, At: loopback}); err != nil {
		t.Fatal(err)
	}
	c.desk = NewDesk(DeskOptions{Room: r, Phones: c.phones.Address(), Labo: r.Addr().String()})
	if c.server, err = page.Serve(t.Context(), nil, page.Options{Site: c.desk.Site()}); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *class) close(t *testing.T) {
	if err := c.Room.Close(context.Background()); err != nil {
		t.Error(err)
	}
	c.phones.Close()
	c.server.Close()
}

func aClass(t *testing.T) *class {
	t.Helper()
	c := openClass(t, t.TempDir())
	t.Cleanup(func() { c.close(t) })
	return c
}

func TestMain(m *testing.M) {
	code := m.Run()
	closeBrowser()
	http.DefaultClient.CloseIdleConnections()
	os.Exit(code)
}
