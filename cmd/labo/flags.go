package main

import (
	"fmt"
	"labo/probe"
	"strconv"
	"strings"
	"time"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// parsePort reads a port a program can be given, 1 to 65535.
func parsePort(s string) (uint16, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return 0, fault.Usage("« "+text.Visible(s)+" » n'est pas un port",
			"Un port est un nombre entier, de 1 à 65535 : par exemple 12345.")
	}
	return uint16(n), nil
}

// maxPorts is how many ports one answer is about.
const maxPorts = 64

// parsePorts reads "12345", ":12345" as addresses end, or "12340-12350".
func parsePorts(s string) ([]uint16, error) {
	first, last, isRange := strings.Cut(strings.TrimPrefix(s, ":"), "-")
	low, err := parsePort(first)
	if err != nil || !isRange {
		if err != nil {
			_, err = parsePort(s) // what was typed is what is told
		}
		return []uint16{low}, err
	}
	high, err := parsePort(last)
	if err != nil {
		_, err = parsePort(s)
		return nil, err
	}
	if n := int(high) - int(low) + 1; n < 1 || n > maxPorts {
		return nil, fault.Usage("« "+text.Visible(s)+" » n'est pas une suite de ports",
			fmt.Sprintf("Une suite va du plus petit au plus grand, et compte %d ports au plus : par exemple 12340-12350.", maxPorts))
	}
	ports := make([]uint16, 0, int(high-low)+1)
	for port := int(low); port <= int(high); port++ {
		ports = append(ports, uint16(port))
	}
	return ports, nil
}

// portValue is an option that holds a port (a pflag.Value):
//
//	cmd.Flags().Var((*portValue)(&o.port), "port", "écoute sur ce `PORT`")
type portValue uint16

func (p *portValue) String() string { return strconv.Itoa(int(*p)) }

// Type is the value's name in help.
func (*portValue) Type() string { return "PORT" }

// Set reads a port; what is wrong with it is said in French.
func (p *portValue) Set(s string) error {
	n, err := parsePort(s)
	*p = portValue(n)
	return err
}

// durationValue is an option that holds a duration of zero or more, written as
// Go does or as French does (a pflag.Value): "500ms", "2s", "1m30s", "1,5s",
// and "2" for two seconds.
type durationValue time.Duration

func (d *durationValue) String() string { return time.Duration(*d).String() }

// Type is the value's name in help.
func (*durationValue) Type() string { return "DURÉE" }

// Set reads a duration; what is wrong with it is said in French.
func (d *durationValue) Set(s string) error {
	written := strings.ReplaceAll(strings.ReplaceAll(s, ",", "."), " ", "")
	if strings.Trim(written, "0123456789.") == "" {
		written += "s"
	}
	parsed, err := time.ParseDuration(written)
	if err != nil || parsed < 0 {
		return fault.Usage("« "+text.Visible(s)+" » n'est pas une durée",
			"Une durée s'écrit avec son unité : 500ms, 2s ou 1m30s.")
	}
	*d = durationValue(parsed)
	return nil
}

// intervalValue is an option that holds the time between two measurements
// (a pflag.Value).
type intervalValue time.Duration

// maxInterval is the longest: beyond it, following is not watching.
const maxInterval = time.Hour

func (i *intervalValue) String() string {
	if *i == 0 {
		return ""
	}
	return time.Duration(*i).String()
}

// Type is the value's name in help.
func (*intervalValue) Type() string { return "INTERVALLE" }

// Set reads an interval; what is wrong with it is said in French.
func (i *intervalValue) Set(s string) error {
	var d durationValue
	if err := d.Set(s); err != nil {
		return err
	}
	if time.Duration(d) < probe.MinInterval || time.Duration(d) > maxInterval {
		return fault.Usage("l'intervalle « "+text.Visible(s)+" » n'est pas possible",
			"Il va de "+text.Duration(probe.MinInterval)+" à "+text.Duration(maxInterval)+" : par exemple `--suivre=500ms`.")
	}
	*i = intervalValue(d)
	return nil
}
