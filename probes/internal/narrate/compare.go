package narrate

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// difference is what the control and this machine saw otherwise of one step.
type difference struct{ what, there, here string }

// Compare writes what a control saw of the same target and what differed from it, the control's first. It draws no
// conclusion: a site may also treat visitors differently, or have failed for a moment. It returns in words what came of it.
func Compare(w io.Writer, here, there []measurement.Record) (came string, err error) {
	if len(there) == 0 {
		return "not compared", Uncontrolled(w, errors.New("the control did not look at this one"))
	}
	found := differences(here, there)
	if len(found) == 0 {
		_, err = fmt.Fprintf(w, "  the control (there) %s\n", alike(there))
		return "the same", err
	}
	width := 0
	for _, d := range found {
		width = max(width, len(d.what))
	}
	var out strings.Builder
	out.WriteString("  the control (there) saw otherwise:\n")
	for _, d := range found {
		fmt.Fprintf(&out, "    %-*s  there: %s\n    %-*s  here:  %s\n", width, d.what, d.there, width, "", d.here)
	}
	out.WriteString(doubt)
	_, err = io.WriteString(w, out.String())
	return "otherwise", err
}

// doubt keeps a single look from being told as censorship.
const doubt = "    A filter at home (parental control, Pi-hole, an antivirus program) can look like this, and so can a site that failed for a moment:\n    look again from another connection before you call it a block.\n"

// Uncontrolled writes why there is nothing to compare with.
func Uncontrolled(w io.Writer, reason error) error {
	_, err := fmt.Fprintf(w, "  nothing to compare with: %s\n", reason)
	return err
}

func differences(here, there []measurement.Record) []difference {
	pages := comparePages(here, there)
	return slices.Concat(compareNames(here, there, len(pages) == 0), steps(here, there, "connection to", connected),
		steps(here, there, "encryption with", encrypted), steps(here, there, "HTTP/3 with", spoken), pages)
}

// alike is what both saw.
func alike(there []measurement.Record) string {
	if p := visit(there); p != nil && p.Failure != "" {
		return "could not reach it either: " + Words(p.Failure)
	}
	return "saw the same"
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

// compareNames tells of other addresses. samePage says that they led to the same page, as they do of large sites.
func compareNames(here, there []measurement.Record, samePage bool) []difference {
	a, b := naming(here), naming(there)
	if !a.asked || !b.asked {
		return nil
	}
	same := slices.ContainsFunc(a.public, func(address netip.Addr) bool { return slices.Contains(b.public, address) })
	if same || len(a.public) == 0 && len(b.public) == 0 {
		return nil
	}
	d := difference{"the name", b.words(), a.words()}
	if page := visit(here); samePage && page != nil && page.Failure == "" && len(a.public) > 0 && len(b.public) > 0 {
		d.here += ", and the page is the same: large sites are in many places"
	}
	return []difference{d}
}

// connected, encrypted and spoken return the address that a step was taken with, if it is that step.
func connected(r measurement.Record) (netip.Addr, bool) {
	if r.TCP == nil {
		return netip.Addr{}, false
	}
	return r.TCP.Address, true
}

func encrypted(r measurement.Record) (netip.Addr, bool) {
	if r.TLS == nil || r.TLS.Decoy {
		return netip.Addr{}, false
	}
	return r.TLS.Address, true
}

func spoken(r measurement.Record) (netip.Addr, bool) {
	if r.QUIC == nil {
		return netip.Addr{}, false
	}
	return r.QUIC.Address, true
}

// steps tells of addresses at which only one of both got through.
func steps(here, there []measurement.Record, what string, of func(measurement.Record) (netip.Addr, bool)) []difference {
	var out []difference
	for _, a := range here {
		address, ok := of(a)
		if !ok {
			continue
		}
		for _, b := range there {
			if other, ok := of(b); !ok || other != address || a.Target != b.Target || (a.Failure == "") == (b.Failure == "") {
				continue
			}
			d := difference{fmt.Sprintf("%s %s", what, address), or(b.Failure, "it works"), or(a.Failure, "it works")}
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

func comparePages(here, there []measurement.Record) []difference {
	a, b := visit(here), visit(there)
	if a == nil || b == nil {
		return nil
	}
	x, y := a.HTTP, b.HTTP
	switch {
	case a.Failure != b.Failure:
		return []difference{{"the page", page(*b), page(*a)}}
	case a.Failure != "", x.BodySHA256 != "" && x.BodySHA256 == y.BodySHA256:
		return nil
	case x.Status != y.Status:
		return []difference{{"the page", fmt.Sprintf("status %d", y.Status), fmt.Sprintf("status %d", x.Status)}}
	case x.TitleSHA256 != y.TitleSHA256:
		return []difference{{"the page", fmt.Sprintf("%d bytes read", y.BodyBytes), fmt.Sprintf("%d bytes read, under another title: it is another page", x.BodyBytes)}}
	}
	return nil
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
