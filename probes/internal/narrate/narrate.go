// Package narrate tells a person, in plain words, what the records of one look say.
//
// It says what was seen and draws no conclusion: whether a site is blocked cannot be known from one place.
package narrate

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Look writes the records of one look at url, a line a step.
func Look(w io.Writer, url string, records []measurement.Record) error {
	var out strings.Builder
	fmt.Fprintln(&out, url)
	width := 20
	for _, r := range records {
		if name, _ := describe(r); !dull(r) {
			width = max(width, len(name))
		}
	}
	for _, r := range records {
		if name, saw := describe(r); !dull(r) {
			fmt.Fprintf(&out, "  %-*s %s (%s)\n", width, name, saw, took(r))
		}
	}
	fmt.Fprintf(&out, "  => %s\n", result(records))
	_, err := io.WriteString(w, out.String())
	return err
}

// dull reports whether a record says nothing to a person: that one more resolver knows no address of the newer kind, and
// no other protocol, as of most sites.
func dull(r measurement.Record) bool {
	d := r.DNS
	return d != nil && d.Resolver != measurement.ResolverSystem && d.Query != "A" && r.Failure == "" &&
		len(d.Answers) == 0 && len(d.ALPN) == 0 && d.Flaw == "" && !d.Conflict
}

func describe(r measurement.Record) (name, saw string) {
	switch r.Kind {
	case measurement.KindDNS:
		return fmt.Sprintf("%s by %s%s", r.DNS.Query, resolverName(r.DNS.Resolver), over(r.DNS.Transport)), dns(r)
	case measurement.KindTCP:
		return "connection", or(r.Failure, fmt.Sprintf("%s answers", r.TCP.Address))
	case measurement.KindTLS:
		return encryption(r)
	case measurement.KindQUIC:
		return "HTTP/3", or(r.Failure, "answers, and the certificate is valid")
	case measurement.KindHTTP:
		return "page", page(r)
	default:
		return string(r.Kind), or(r.Failure, "answers")
	}
}

func dns(r measurement.Record) string {
	found := slices.Clone(r.DNS.ALPN)
	for _, a := range r.DNS.Answers {
		if a.Class == measurement.AddressPublic {
			found = append(found, a.Address.String())
		} else {
			found = append(found, "an address that is not on the public internet")
		}
	}
	saw := strings.Join(found, ", ")
	switch {
	case r.Failure != "":
		saw = Words(r.Failure)
	case len(found) == 0:
		saw = "none, which is usual"
	}
	if words := flaws()[r.DNS.Flaw]; words != "" {
		saw += "; " + words
	}
	if r.DNS.Conflict {
		saw += fmt.Sprintf("; a second answer %d ms later said otherwise, so somebody on the way answered too", r.DNS.GapMS)
	}
	return saw
}

func encryption(r measurement.Record) (name, saw string) {
	switch {
	case r.TLS.Decoy:
		return "with another name", or(r.Failure, "the same address answers when "+r.TLS.ServerName+" is asked for")
	case r.Failure == "" && r.TLS.Certificate != "":
		return "encryption", fmt.Sprintf("TLS %s, the certificate is from somebody whom only this machine trusts", r.TLS.Version)
	}
	return "encryption", or(r.Failure, fmt.Sprintf("TLS %s, the certificate is valid", r.TLS.Version))
}

func page(r measurement.Record) string {
	saw := or(r.Failure, "received")
	if r.HTTP.Status != 0 {
		saw += fmt.Sprintf(", status %d, %d bytes read", r.HTTP.Status, r.HTTP.BodyBytes)
	}
	switch {
	case r.HTTP.Redirects == 1:
		saw += ", after a redirect"
	case r.HTTP.Redirects > 1:
		saw += fmt.Sprintf(", after %d redirects", r.HTTP.Redirects)
	}
	if r.HTTP.Elsewhere {
		saw += ", on another site"
	}
	if r.HTTP.Fingerprint != "" {
		saw += ", known as the block page " + r.HTTP.Fingerprint
	}
	return saw
}

func conclusion(r measurement.Record) string {
	switch {
	case r.HTTP.Fingerprint != "":
		return "a page that is known from blocking came instead, or an address that is"
	case r.Failure == measurement.FailureGuarded && r.HTTP.Redirects > 0:
		return "answered by leading to an address at home or in this network, as login pages of hotels do"
	case r.Failure == measurement.FailureGuarded:
		return "not tried: a probe only connects to public addresses, on the ports of the web and of DNS"
	case r.Failure != "":
		return "could not be reached from here: " + Words(r.Failure)
	case r.HTTP.Status >= 400:
		return fmt.Sprintf("answered, but with an error (status %d)", r.HTTP.Status)
	}
	return "reached"
}

func resolverName(r measurement.Resolver) string {
	switch r {
	case measurement.ResolverISP:
		return "provider"
	case measurement.ResolverPublic:
		return "public resolver"
	default:
		return "this machine"
	}
}

// over says how a question traveled, where that is not the usual way.
func over(t measurement.Transport) string {
	switch t {
	case measurement.TransportTCP:
		return " over TCP"
	case measurement.TransportDoT:
		return " over TLS"
	case measurement.TransportDoH:
		return " over HTTPS"
	default:
		return ""
	}
}

func took(r measurement.Record) string { return fmt.Sprintf("%d ms", r.DurationMS) }

func or(failure measurement.Failure, success string) string {
	if failure != "" {
		return Words(failure)
	}
	return success
}
