package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"strings"

	"labo/lessons/fault"
	"labo/lessons/room"
	"labo/lessons/stage/hall"
	"labo/lessons/stage/page"
	"labo/lessons/text"
	"labo/probe"
)

// phonesPort is where the page of phones is, where nobody else is there.
const phonesPort = 8080

// noPhones is what --telephones takes for no page.
const noPhones = "non"

// servePhones serves the page of phones: at the address of the class unless
// another was given. It returns nil where none is wanted.
func servePhones(ctx context.Context, r *room.Room, o classeOptions) (*hall.Phones, error) {
	at := netip.AddrPortFrom(r.Addr().Addr(), 0)
	switch {
	case o.phones == noPhones, o.phones == "" && o.cluster != "":
		return nil, nil
	case o.phones != "":
		var err error
		if at, err = parseAddress(o.phones); err != nil {
			return nil, err
		}
	}
	options := hall.PhoneOptions{Room: r, At: at}
	if o.certificate != "" {
		var err error
		if options.TLS, err = certificate(o.certificate); err != nil {
			return nil, err
		}
		options.Name, _ = certified(options.TLS, at.Addr())
	}
	if at.Port() == 0 {
		options.At = netip.AddrPortFrom(at.Addr(), phonesPort)
	}
	p, err := hall.ServePhones(ctx, options)
	if at.Port() == 0 && probe.ErrnoName(err) == "EADDRINUSE" {
		options.At = at
		p, err = hall.ServePhones(ctx, options)
	}
	if err != nil {
		return nil, fault.Failed("la page des téléphones n'a pas pu être ouverte à "+options.At.String()+" ("+fault.Cause(err)+")",
			"Donnez une autre adresse : `--telephones "+at.Addr().String()+":8181`, ou `--telephones non`.", err)
	}
	r.TellPhones(p.Address()) // else a wall elsewhere does not show the QR code
	return p, nil
}

// serveDesk serves the wall and the desk of a class on 127.0.0.1, and says where.
func serveDesk(ctx context.Context, c *console, r *room.Room, phones *hall.Phones, labo string, o pageOptions) (*page.Server, error) {
	options := hall.DeskOptions{Room: r, Labo: labo}
	if phones != nil {
		options.Phones = phones.Address()
	}
	kept, err := r.Page()
	if err != nil {
		return nil, fault.Failed("ce qui est gardé de cette classe n'a pas pu être lu ("+fault.Cause(err)+")", "", err)
	}
	if kept.Key == "" {
		kept.Key = rand.Text()
	}
	site := page.Options{Title: "La classe", Site: hall.NewDesk(options).Site(), Key: kept.Key}
	at := o
	if o.port == 0 {
		at.port = kept.Port // its browsers are still open, where labo was killed
	}
	server, err := serve(context.WithoutCancel(ctx), nil, at, site)
	if at != o && probe.ErrnoName(err) == "EADDRINUSE" {
		server, err = serve(context.WithoutCancel(ctx), nil, o, site)
	}
	if err != nil {
		return nil, err
	}
	r.KeepPage(room.Page{Port: uint16(server.Port()), Key: kept.Key}) // else the next labo serves it elsewhere
	show(c, server, o, true)
	return server, nil
}

// writePoster says how to come in: beside the QR code, where there is room for both.
func writePoster(c *console, r *room.Room, phones *hall.Phones, labo string) {
	palette := c.palette()
	lines := func(scanned bool) []string {
		out := []string{palette.Strong("LA CLASSE EST OUVERTE"), text.French("« " + r.Name() + " »"), ""}
		if phones != nil {
			how := "Téléphone : ouvrez"
			if scanned {
				how = "Téléphone : visez le carré, ou ouvrez"
			}
			out = append(out, text.French(how), palette.Strong(phones.Address()), "")
		}
		return append(out, text.French("Code : ")+palette.Strong(hall.Spell(r.Code())), "",
			text.French("Ordinateur, dans un terminal :"), palette.Strong("labo rejoindre "+labo+" "+r.Code()))
	}
	fmt.Fprintln(c.out)
	shown, ok := []string(nil), false
	if phones != nil {
		shown, ok = hall.Poster(phones.Address(), r.Code(), lines(true), c.width(), palette, c.glyphs)
	}
	if !ok {
		for _, l := range lines(false) {
			shown = append(shown, "  "+l)
		}
	}
	for _, l := range shown {
		fmt.Fprintln(c.out, strings.TrimRight(l, " "))
	}
	fmt.Fprintln(c.out)
}
