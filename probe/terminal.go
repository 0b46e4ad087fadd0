package probe

import "strconv"

// terminalName returns the name under /dev of a terminal by its number, as in
// tty_nr of proc_pid_stat(5) and st_rdev of stat(2): minor in bits 31 to 20
// and 7 to 0, major in bits 15 to 8 (new_encode_dev of linux/kdev_t.h; majors
// in Documentation/admin-guide/devices.txt). "" for 0, no terminal; one of
// another driver has its number for a name.
func terminalName(dev uint32) string {
	major, minor := int(dev>>8&0xfff), int(dev&0xff|dev>>12&0xfff00)
	switch {
	case dev == 0:
		return ""
	case major == 136:
		return "pts/" + strconv.Itoa(minor)
	case major == 4 && minor < 64:
		return "tty" + strconv.Itoa(minor)
	case major == 4:
		return "ttyS" + strconv.Itoa(minor-64)
	case major == 5 && minor == 0:
		return "tty"
	case major == 5 && minor == 1:
		return "console"
	case major == 229:
		return "hvc" + strconv.Itoa(minor)
	}
	return strconv.Itoa(major) + ":" + strconv.Itoa(minor)
}

// isTerminal reports whether a character device of that number is a terminal
// that [terminalName] has a name for.
func isTerminal(dev uint32) bool {
	switch major := dev >> 8 & 0xfff; major {
	case 4, 136, 229:
		return true
	case 5:
		return terminalName(dev) == "tty" || terminalName(dev) == "console"
	}
	return false
}
