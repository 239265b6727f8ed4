package narrate

import (
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Compare writes what a control saw of the same target and what differed from it, a line a step. It draws no
// conclusion: a site may also treat visitors differently, or have failed for a moment.
func Compare(w io.Writer, here, there []measurement.Record) error {
	var lines []string
	for _, compare := range []func(here, there []measurement.Record) string{compareNames, compareConnections, compareEncryption, comparePages} {
		if line := compare(here, there); line != "" {
			lines = append(lines, line)
		}
	}
	switch {
	case len(there) == 0:
		lines = []string{"the control did not look at this one, so there is nothing to compare with"}
	case len(lines) == 0:
		lines = []string{"nothing differed from what the control saw"}
	}
	var out strings.Builder
	for i, line := range lines {
		name := ""
		if i == 0 {
			name = "beside the control"
		}
		fmt.Fprintf(&out, "  %-20s %s\n", name, line)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// Uncontrolled writes why there is nothing to compare with.
func Uncontrolled(w io.Writer, reason error) error {
	_, err := fmt.Fprintf(w, "  %-20s %s\n", "beside the control", reason)
	return err
}

// named is what a resolver said of a name.
type named struct {
	asked   bool
	public  []netip.Addr
	other   bool // addresses that are not on the public internet
	failure measurement.Failure
}

// naming gathers what the machine's own resolver said of the target's name: the first that was looked up.
func naming(records []measurement.Record) named {
	var out named
	name := ""
	for _, r := range records {
		if r.DNS == nil || r.DNS.Resolver != measurement.ResolverSystem || name != "" && r.Target != name {
			continue
		}
		name, out.asked = r.Target, true
		for _, a := range r.DNS.Answers {
			if a.Class == measurement.AddressPublic {
				out.public = append(out.public, a.Address)
			} else {
				out.other = true
			}
		}
		if r.Failure != "" && out.failure == "" {
			out.failure = r.Failure
		}
	}
	return out
}

func (l named) words() string {
	switch {
	case len(l.public) > 0:
		texts := make([]string, len(l.public))
		for i, a := range l.public {
			texts[i] = a.String()
		}
		return strings.Join(texts, ", ")
	case l.other:
		return "an address that is not on the public internet"
	}
	return or(l.failure, "no address")
}

func compareNames(here, there []measurement.Record) string {
	a, b := naming(here), naming(there)
	if !a.asked || !b.asked {
		return ""
	}
	same := slices.ContainsFunc(a.public, func(address netip.Addr) bool { return slices.Contains(b.public, address) })
	switch {
	case same, len(a.public) == 0 && len(b.public) == 0:
		return ""
	case len(a.public) > 0 && len(b.public) > 0:
		return fmt.Sprintf("the name led it to %s and here to %s, as names of large sites do", b.words(), a.words())
	}
	return fmt.Sprintf("the name: there %s; here %s", b.words(), a.words())
}

// compareConnections tells of addresses at which only one of both got through.
func compareConnections(here, there []measurement.Record) string {
	return steps(here, there, "connection to", func(r measurement.Record) (netip.Addr, bool) {
		if r.TCP == nil {
			return netip.Addr{}, false
		}
		return r.TCP.Address, true
	})
}

func compareEncryption(here, there []measurement.Record) string {
	return steps(here, there, "encryption with", func(r measurement.Record) (netip.Addr, bool) {
		if r.TLS == nil || r.TLS.Decoy {
			return netip.Addr{}, false
		}
		return r.TLS.Address, true
	})
}

func steps(here, there []measurement.Record, what string, of func(measurement.Record) (netip.Addr, bool)) string {
	var out []string
	for _, a := range here {
		address, ok := of(a)
		if !ok {
			continue
		}
		for _, b := range there {
			if other, ok := of(b); !ok || other != address || a.Target != b.Target || (a.Failure == "") == (b.Failure == "") {
				continue
			}
			line := fmt.Sprintf("%s %s: there %s; here %s", what, address, or(b.Failure, "it works"), or(a.Failure, "it works"))
			if !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return strings.Join(out, "\n"+strings.Repeat(" ", 23))
}

func comparePages(here, there []measurement.Record) string {
	a, b := visit(here), visit(there)
	if a == nil || b == nil {
		return ""
	}
	x, y := a.HTTP, b.HTTP
	switch {
	case a.Failure != b.Failure:
		return fmt.Sprintf("the page: there %s; here %s", page(*b), page(*a))
	case a.Failure != "", x.BodySHA256 != "" && x.BodySHA256 == y.BodySHA256:
		return ""
	case x.Status != y.Status:
		return fmt.Sprintf("the page: there status %d; here status %d", y.Status, x.Status)
	case x.TitleSHA256 != y.TitleSHA256:
		return fmt.Sprintf("the page: there %d bytes; here %d, under another title", y.BodyBytes, x.BodyBytes)
	}
	return ""
}

// visit returns the record of the page.
func visit(records []measurement.Record) *measurement.Record {
	for i := range slices.Backward(records) {
		if records[i].HTTP != nil {
			return &records[i]
		}
	}
	return nil
}
