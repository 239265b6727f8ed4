package measurement

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const (
	maxURLBytes  = 2048 // longest URL that the public test lists hold, with room
	maxNameBytes = 253  // RFC 1035, section 2.3.4, as text without the last dot
)

// MaxListName is the longest name of a target list, in bytes.
const MaxListName = 32

// ListName reports whether a target list can have this name. Names stand in invitations, in addresses, in names of files
// and, with the number of the issue, in batches: so they are of letters, digits, dots, dashes and underscores.
func ListName(s string) bool { return s != "" && word(s, MaxListName) }

// CountryCode reports whether s has the form of an ISO 3166-1 alpha-2 code. ZZ stands for unknown.
func CountryCode(s string) bool {
	return len(s) == 2 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// UserAssigned reports whether ISO 3166-1 leaves a code to its users. Countries that are pretended have such; XK is
// Kosovo, by the agreement of those who register networks and locate addresses.
func UserAssigned(country string) bool {
	if !CountryCode(country) || country == "ZZ" || country == "XK" {
		return false
	}
	return country == "AA" || country[0] == 'X' || country[0] == 'Q' && country[1] >= 'M'
}

// CheckURL says whether text is a URL that a probe may be asked to look at.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return fmt.Errorf("%.200q is not a URL: write it as https://example.org/", text)
	}
	if len(text) > maxURLBytes || strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return fmt.Errorf("%.200q is not printable ASCII of at most %d bytes: write international names in their xn-- form, and percent-encode the rest", text, maxURLBytes)
	}
	if u.User != nil || u.Fragment != "" {
		return fmt.Errorf("%.200q holds a user name or a fragment: leave it out", text)
	}
	if port := u.Port(); port != "" && !decimalPort(port) {
		return fmt.Errorf("%.200q has a port that is none: leave it out, or give 1 to 65535", text)
	}
	if !Host(u.Hostname()) {
		return fmt.Errorf("%.200q does not name a host with a public name or address: write international names in their xn-- form", text)
	}
	return nil
}

// Host reports whether a host is an IP address without a zone, or a name of at least two labels that
// nothing would read as an address: intranets use the one-label names, and 0x7f.1 is loopback to some.
func Host(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Zone() == ""
	}
	labels := strings.Split(host, ".")
	if len(host) > maxNameBytes || len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if !hostLabel(label) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return last[0] < '0' || last[0] > '9'
}

func hostLabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' {
		return false
	}
	for _, c := range []byte(label) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func hostPort(target string) bool {
	host, port, err := net.SplitHostPort(target)
	if err != nil || !Host(host) {
		return false
	}
	return decimalPort(port)
}

func decimalPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == text
}

func hexSHA256(field, s string) error {
	if s == "" {
		return nil
	}
	if len(s) != 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return errors.New(field + " is not 64 lower-case hex digits")
	}
	return nil
}

// word reports whether s is an id or code: short, and nothing but letters, digits, dot, dash, underscore.
func word(s string, longest int) bool {
	if len(s) > longest {
		return false
	}
	for _, c := range []byte(s) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		digit := c >= '0' && c <= '9'
		if !letter && !digit && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func known[T comparable](v T, all []T) bool {
	for _, a := range all {
		if a == v {
			return true
		}
	}
	return false
}
