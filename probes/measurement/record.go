package measurement

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Kind is what a record is about; it decides which evidence the record carries.
type Kind string

// The kinds of record. A kind that a check needs beside these is a new schema version.
const (
	KindBeat Kind = "beat"
	KindDNS  Kind = "dns"
	KindTCP  Kind = "tcp"
	KindTLS  Kind = "tls"
	KindHTTP Kind = "http"
)

// Kinds lists every kind of this schema version, in the order in which a check meets them.
func Kinds() []Kind { return []Kind{KindBeat, KindDNS, KindTCP, KindTLS, KindHTTP} }

// Class is the part that a target plays for the analysis.
type Class string

// The target classes. Anchors are run for Lamplight or known to be dependable; domestic and foreign
// are ordinary sites by where they are hosted; a service is a platform that is blocked by name.
const (
	ClassDomestic Class = "domestic"
	ClassForeign  Class = "foreign"
	ClassAnchor   Class = "anchor"
	ClassService  Class = "service"
)

// Classes lists every target class.
func Classes() []Class { return []Class{ClassDomestic, ClassForeign, ClassAnchor, ClassService} }

// Resolver is the class of the resolver that answered; never its address, which can identify a
// volunteer's home network.
type Resolver string

// The resolver classes.
const (
	ResolverSystem Resolver = "system" // whatever the operating system is set to
	ResolverISP    Resolver = "isp"    // the provider's own, asked directly
	ResolverPublic Resolver = "public" // a well-known open resolver
)

// Resolvers lists every resolver class.
func Resolvers() []Resolver { return []Resolver{ResolverSystem, ResolverISP, ResolverPublic} }

// AddressClass says what kind of address an answer held.
type AddressClass string

// The address classes. Only public addresses are written out: a private one could be the
// volunteer's own router.
const (
	AddressPublic  AddressClass = "public"
	AddressPrivate AddressClass = "private" // RFC 1918, RFC 4193, CGNAT, link-local, loopback
	AddressBogon   AddressClass = "bogon"   // any other special-purpose range of RFC 6890
)

// AddressClasses lists every address class.
func AddressClasses() []AddressClass {
	return []AddressClass{AddressPublic, AddressPrivate, AddressBogon}
}

// Record is one thing seen, or one thing that could not be reached: a failed look is as much a record
// as one that succeeded. Exactly the evidence of its kind is set.
type Record struct {
	Kind Kind `json:"kind"`
	// MeasuredAt is when the check began, UTC, to the millisecond.
	MeasuredAt time.Time `json:"measured_at"`
	// DurationMS is how long the step took, in milliseconds.
	DurationMS uint32 `json:"duration_ms"`
	// Check ties the records of one check together within a batch: an http record and the dns, tcp
	// and tls records beneath it carry the same number. Zero stands alone.
	Check uint32 `json:"check,omitempty"`
	// Target is a URL (http), a host name (dns) or host:port (tcp, tls); empty for a beat.
	Target string `json:"target,omitempty"`
	Class  Class  `json:"class,omitempty"`
	// Failure is empty when the step succeeded.
	Failure Failure `json:"failure,omitempty"`

	Beat *Beat `json:"beat,omitempty"`
	DNS  *DNS  `json:"dns,omitempty"`
	TCP  *TCP  `json:"tcp,omitempty"`
	TLS  *TLS  `json:"tls,omitempty"`
	HTTP *HTTP `json:"http,omitempty"`
}

// Beat says that the probe is running and how many of its anchors answered.
type Beat struct {
	Domestic Reach `json:"domestic"`
	Foreign  Reach `json:"foreign"`
}

// Reach counts anchors: Answered of Tried. Tried zero means not looked, which is not the same as down.
type Reach struct {
	Tried    uint8 `json:"tried"`
	Answered uint8 `json:"answered"`
}

// DNS is one question and what came back.
type DNS struct {
	Resolver  Resolver `json:"resolver"`
	Transport string   `json:"transport"` // udp, tcp, dot, doh, or "system" when the system resolver chose
	Query     string   `json:"query"`     // A, AAAA, CNAME, HTTPS
	// Rcode is the response code's name (NOERROR, NXDOMAIN ...); empty when nothing came back or the
	// system resolver hides it.
	Rcode   string   `json:"rcode,omitempty"`
	Answers []Answer `json:"answers,omitempty"`
	// Conflict is true when two answers to one question disagreed, the mark of an injected answer.
	Conflict bool `json:"conflict,omitempty"`
	// GapMS is the time between the first and the conflicting answer, in milliseconds.
	GapMS uint32 `json:"gap_ms,omitempty"`
}

// Answer is one address of a DNS answer. Address is set only where Class is public.
type Answer struct {
	Address netip.Addr   `json:"address,omitzero"`
	Class   AddressClass `json:"class"`
}

// TCP is one connection attempt to one public address.
type TCP struct {
	Address netip.Addr `json:"address"`
}

// TLS is one handshake. The certificate's key is kept as a hash, whether or not it was valid.
type TLS struct {
	Address    netip.Addr `json:"address"`
	ServerName string     `json:"server_name"`
	Version    string     `json:"version,omitempty"` // 1.0 ... 1.3; empty when no handshake finished
	// KeySHA256 is the SHA-256 of the leaf certificate's SubjectPublicKeyInfo, in lower-case hex.
	KeySHA256 string `json:"key_sha256,omitempty"`
}

// HTTP is one exchange, after redirects. The body itself never leaves the probe.
type HTTP struct {
	Status    uint16 `json:"status,omitempty"`
	Redirects uint8  `json:"redirects,omitempty"`
	// BodyBytes is how much of the body was read, at most the probe's cap.
	BodyBytes  uint32 `json:"body_bytes,omitempty"`
	BodySHA256 string `json:"body_sha256,omitempty"` // of the bytes read, lower-case hex
	// Fingerprint is the id of the block page that the body matched.
	Fingerprint string `json:"fingerprint,omitempty"`
}

const (
	maxTargetBytes = 2048 // longest URL that the public test lists hold, with room
	maxAnswers     = 32   // a large site's A and AAAA sets together stay under 20
	maxNameBytes   = 255  // RFC 1035 section 2.3.4
)

// Validate says whether the record keeps to its schema: known words, the evidence of its own kind and
// no other, and nothing longer than its limit.
func (r *Record) Validate() error {
	if r.MeasuredAt.IsZero() {
		return errors.New("measured_at is missing")
	}
	if !known(r.Failure, Failures()) && r.Failure != "" {
		return errors.New("failure is not in the vocabulary")
	}
	if err := r.validateEvidence(); err != nil {
		return err
	}
	if r.Kind == KindBeat {
		if r.Target != "" || r.Class != "" {
			return errors.New("a beat has no target and no class")
		}
		return nil
	}
	if !known(r.Class, Classes()) {
		return errors.New("class is not one of domestic, foreign, anchor, service")
	}
	if r.Target == "" || len(r.Target) > maxTargetBytes {
		return fmt.Errorf("target must have 1 to %d bytes", maxTargetBytes)
	}
	if strings.ContainsFunc(r.Target, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		return errors.New("target holds a space or control character")
	}
	return nil
}

func (r *Record) validateEvidence() error {
	given := 0
	for _, set := range []bool{r.Beat != nil, r.DNS != nil, r.TCP != nil, r.TLS != nil, r.HTTP != nil} {
		if set {
			given++
		}
	}
	if given != 1 {
		return errors.New("a record carries exactly one kind of evidence")
	}
	switch {
	case r.Kind == KindBeat && r.Beat != nil:
		return r.Beat.validate()
	case r.Kind == KindDNS && r.DNS != nil:
		return r.DNS.validate()
	case r.Kind == KindTCP && r.TCP != nil:
		return publicAddress(r.TCP.Address)
	case r.Kind == KindTLS && r.TLS != nil:
		return r.TLS.validate()
	case r.Kind == KindHTTP && r.HTTP != nil:
		return r.HTTP.validate()
	}
	return errors.New("kind is unknown or its evidence is of another kind")
}

func (b *Beat) validate() error {
	for _, reach := range []Reach{b.Domestic, b.Foreign} {
		if reach.Answered > reach.Tried {
			return errors.New("a beat has more anchors answered than tried")
		}
	}
	return nil
}

func (d *DNS) validate() error {
	if !known(d.Resolver, Resolvers()) {
		return errors.New("dns.resolver is not one of system, isp, public")
	}
	if !known(d.Transport, []string{"system", "udp", "tcp", "dot", "doh"}) {
		return errors.New("dns.transport is not one of system, udp, tcp, dot, doh")
	}
	if !known(d.Query, []string{"A", "AAAA", "CNAME", "HTTPS"}) {
		return errors.New("dns.query is not one of A, AAAA, CNAME, HTTPS")
	}
	if !word(d.Rcode, 16) {
		return errors.New("dns.rcode is not a response code's name")
	}
	if len(d.Answers) > maxAnswers {
		return fmt.Errorf("dns.answers holds more than %d", maxAnswers)
	}
	for _, a := range d.Answers {
		if !known(a.Class, AddressClasses()) {
			return errors.New("dns.answers class is not one of public, private, bogon")
		}
		if (a.Class == AddressPublic) != a.Address.IsValid() {
			return errors.New("dns.answers writes out public addresses and no others")
		}
		if a.Address.IsValid() {
			if err := publicAddress(a.Address); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *TLS) validate() error {
	if err := publicAddress(t.Address); err != nil {
		return err
	}
	if t.ServerName == "" || len(t.ServerName) > maxNameBytes {
		return fmt.Errorf("tls.server_name must have 1 to %d bytes", maxNameBytes)
	}
	if !known(t.Version, []string{"", "1.0", "1.1", "1.2", "1.3"}) {
		return errors.New("tls.version is not one of 1.0, 1.1, 1.2, 1.3")
	}
	return hexSHA256("tls.key_sha256", t.KeySHA256)
}

func (h *HTTP) validate() error {
	if h.Status != 0 && (h.Status < 100 || h.Status > 599) {
		return errors.New("http.status is outside 100 to 599")
	}
	if !word(h.Fingerprint, 64) {
		return errors.New("http.fingerprint is not an id of letters, digits, dots, dashes and underscores")
	}
	return hexSHA256("http.body_sha256", h.BodySHA256)
}

// publicAddress refuses what the record must not hold: a missing address, or one with a zone, which
// names a network interface of the volunteer's machine. Ranges are the probe's dial guard's concern.
func publicAddress(a netip.Addr) error {
	if !a.IsValid() || a.Zone() != "" {
		return errors.New("address is missing or carries a zone")
	}
	return nil
}

func hexSHA256(field, s string) error {
	if s == "" {
		return nil
	}
	if len(s) != 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return fmt.Errorf("%s is not 64 lower-case hex digits", field)
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
