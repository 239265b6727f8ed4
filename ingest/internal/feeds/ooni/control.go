package ooni

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// control returns the test helper's records, none when it did not answer.
func (r *reading) control() []measurement.Record {
	c := r.keys.Control.value
	if c == nil || r.keys.ControlFailure != "" {
		return nil
	}
	for _, text := range slices.Sorted(maps.Keys(c.Networks)) {
		if a, err := netip.ParseAddr(text); err == nil && c.Networks[text].ASN > 0 && c.Networks[text].ASN < 1<<32 {
			r.networks[a.Unmap()] = uint32(c.Networks[text].ASN)
		}
	}
	var out []measurement.Record
	if dns, ok := r.controlDNS(c); ok {
		out = append(out, dns)
	}
	for _, text := range slices.Sorted(maps.Keys(c.Connects)) {
		step := c.Connects[text]
		if target, a, ok := r.controlled(text); ok && step.told() {
			record := r.record(measurement.KindTCP, target, when{}, step.Failure)
			record.TCP = &measurement.TCP{Address: a}
			out = append(out, record)
		}
	}
	for _, text := range slices.Sorted(maps.Keys(c.Handshakes)) {
		step := c.Handshakes[text]
		if target, a, ok := r.controlled(text); ok && step.told() && strings.EqualFold(string(step.ServerName), r.host) {
			record := r.record(measurement.KindTLS, target, when{}, step.Failure)
			record.TLS = &measurement.TLS{Address: a, ServerName: r.host, Certificate: fault(record.Failure)}
			out = append(out, record)
		}
	}
	if page, ok := r.controlPage(c); ok {
		out = append(out, page)
	}
	return valid(out)
}

func (r *reading) controlDNS(c *control) (measurement.Record, bool) {
	out := r.record(measurement.KindDNS, r.host, when{}, c.DNS.Failure)
	// Helpers have no word for a name without addresses: their page fails for it. Where it does not, they did not say.
	silent := c.DNS.Failure == "" && c.DNS.Addresses == nil && (c.Request.value == nil || c.Request.value.Failure == "")
	if _, err := netip.ParseAddr(r.host); err == nil || silent {
		return out, false
	}
	out.DNS = &measurement.DNS{Query: "A", Resolver: measurement.ResolverSystem, Transport: measurement.TransportSystem}
	for _, text := range c.DNS.Addresses {
		// Names stand among them: those that the target is another name for.
		if a, err := netip.ParseAddr(string(text)); err == nil && a.Zone() == "" && len(out.DNS.Answers) < maxAnswers {
			out.DNS.Answers = append(out.DNS.Answers, r.answer(a.Unmap()))
		}
	}
	if out.Failure == "" && len(out.DNS.Answers) == 0 {
		out.Failure = measurement.FailureDNSNoAnswer
	}
	return out, true
}

func (r *reading) controlled(text string) (string, netip.Addr, bool) {
	address, err := netip.ParseAddrPort(text)
	if err != nil {
		return "", netip.Addr{}, false
	}
	return r.endpoint(r.host, address)
}

// told reports whether a step says how it went. What says neither is no failure.
func (s *controlStep) told() bool { return bool(s.Status) || s.Failure != "" }

func (r *reading) controlPage(c *control) (measurement.Record, bool) {
	page := c.Request.value
	if page == nil || page.Failure == "" && (page.Status < 100 || page.Status > 599) {
		return measurement.Record{}, false
	}
	out := r.record(measurement.KindHTTP, r.input.String(), when{}, page.Failure)
	out.HTTP = &measurement.HTTP{}
	if page.Failure != "" {
		return out, true
	}
	out.HTTP.Status, out.HTTP.TitleSHA256 = uint16(page.Status), titleHash(string(page.Title))
	if page.Length > 0 {
		out.HTTP.BodyBytes = uint32(min(page.Length, bodyBytes))
	}
	return out, true
}
