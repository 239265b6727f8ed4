package ooni

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// connections returns a record of each connection to a public address. Those that only accompany a redirect's are
// left out, and so are those whose name may not be written down.
func (r *reading) connections() []measurement.Record {
	var out []measurement.Record
	for i := range r.keys.Connects {
		c := &r.keys.Connects[i]
		address, err := netip.ParseAddr(string(c.IP))
		told := bool(c.Status.Success) || c.Status.Failure != ""
		if err != nil || c.aside() || c.Port < 1 || c.Port > 65535 || !told {
			continue
		}
		target, a, ok := r.endpoint(r.hostOf(address, &c.when), netip.AddrPortFrom(address, uint16(c.Port)))
		if !ok {
			continue
		}
		record := r.record(measurement.KindTCP, target, c.when, c.Status.Failure)
		record.TCP = &measurement.TCP{Address: a}
		out = append(out, record)
	}
	return out
}

// hostOf returns the name by which an address was connected to, empty when it may not be told. Connections do not say
// it, so the questions at the same depth do.
func (r *reading) hostOf(address netip.Addr, w *when) string {
	if w.depth() == 0 {
		return r.host
	}
	for i := range r.keys.Queries {
		q := &r.keys.Queries[i]
		if q.depth() != w.depth() {
			continue
		}
		host := strings.ToLower(strings.TrimSuffix(string(q.Host), "."))
		for _, a := range q.Answers {
			if given, err := netip.ParseAddr(string(a.IPv4 + a.IPv6)); err == nil && given.Unmap() == address.Unmap() && r.named[host] {
				return host
			}
		}
	}
	if r.depthOnSite(w.depth()) {
		return r.host // a redirect within the site asks no resolver again
	}
	return ""
}

// depthOnSite reports whether the request after so many redirects stayed on the site.
func (r *reading) depthOnSite(depth int) bool {
	for _, request := range r.chain() {
		if at := request.url(); at != nil && request.depth() == depth {
			return strings.EqualFold(at.Hostname(), r.host)
		}
	}
	return false
}

func (r *reading) handshakes() []measurement.Record {
	var out []measurement.Record
	for i := range r.keys.Handshakes {
		h := &r.keys.Handshakes[i]
		address, err := netip.ParseAddrPort(string(h.Address))
		name := strings.ToLower(string(h.ServerName))
		if err != nil || h.aside() || !r.named[name] {
			continue
		}
		target, a, ok := r.endpoint(name, address)
		if !ok {
			continue
		}
		record := r.record(measurement.KindTLS, target, h.when, h.Failure)
		record.TLS = &measurement.TLS{Address: a, ServerName: name, Certificate: fault(record.Failure)}
		if version, ok := strings.CutPrefix(string(h.Version), "TLSv"); ok {
			if version == "1" {
				version = "1.0"
			}
			record.TLS.Version = version
		}
		record.TLS.KeySHA256, record.TLS.ChainSHA256 = keys(h.Certificates)
		out = append(out, record)
	}
	return out
}

// fault says what a handshake's failure says of the certificate. An invalid one is mostly out of date, which the word
// does not tell.
func fault(failure measurement.Failure) measurement.CertificateFault {
	switch string(failure) {
	case string(measurement.FailureTLSInvalidHostname):
		return measurement.CertificateWrongHost
	case string(measurement.FailureTLSUnknownAuth):
		return measurement.CertificateUnknownRoot
	}
	return ""
}

const (
	maxChain            = 4
	maxCertificateBytes = 16 << 10
)

// keys returns the hashes of the certificates' keys: the leaf's and the others'. They end where one cannot be read.
func keys(certificates list[text]) (leaf string, chain []string) {
	for i, der := range certificates[:min(len(certificates), maxChain+1)] {
		if len(der) > maxCertificateBytes {
			return leaf, chain
		}
		certificate, err := x509.ParseCertificate([]byte(der))
		if err != nil {
			return leaf, chain
		}
		sum := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
		if i == 0 {
			leaf = hex.EncodeToString(sum[:])
		} else {
			chain = append(chain, hex.EncodeToString(sum[:]))
		}
	}
	return leaf, chain
}
