package measurement

import (
	"errors"
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
	KindQUIC Kind = "quic"
)

// Kinds lists every kind of this schema version, in the order in which a check meets them.
func Kinds() []Kind { return []Kind{KindBeat, KindDNS, KindTCP, KindTLS, KindHTTP, KindQUIC} }

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
	// Target is a URL (http), a host name (dns) or host:port (tcp, tls, quic), in ASCII; empty for a beat.
	Target string `json:"target,omitempty"`
	Class  Class  `json:"class,omitempty"`
	// Failure is empty when the step succeeded.
	Failure Failure `json:"failure,omitempty"`

	Beat *Beat `json:"beat,omitempty"`
	DNS  *DNS  `json:"dns,omitempty"`
	TCP  *TCP  `json:"tcp,omitempty"`
	TLS  *TLS  `json:"tls,omitempty"`
	HTTP *HTTP `json:"http,omitempty"`
	QUIC *QUIC `json:"quic,omitempty"`
}

// Validate says whether the record keeps to its schema: known words, the evidence of its own kind and
// no other, and nothing longer than its limit.
func (r *Record) Validate() error {
	if r.MeasuredAt.IsZero() {
		return errors.New("measured_at is missing")
	}
	// The zone of a clock says where its owner is from, and nanoseconds tell machines apart.
	if _, offset := r.MeasuredAt.Zone(); offset != 0 || r.MeasuredAt.Nanosecond()%int(time.Millisecond) != 0 {
		return errors.New("measured_at is not UTC in whole milliseconds")
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
	return r.validateTarget()
}

func (r *Record) validateTarget() error {
	switch r.Kind {
	case KindHTTP:
		if CheckURL(r.Target) != nil { // whose error quotes what may be anything
			return errors.New("target is not an http or https URL in ASCII")
		}
	case KindDNS:
		if !Host(r.Target) {
			return errors.New("target is not a host name")
		}
	case KindTCP, KindTLS, KindQUIC:
		if !hostPort(r.Target) {
			return errors.New("target is not a host and a port")
		}
	case KindBeat:
	}
	return nil
}

func (r *Record) validateEvidence() error {
	given := 0
	for _, set := range []bool{r.Beat != nil, r.DNS != nil, r.TCP != nil, r.TLS != nil, r.HTTP != nil, r.QUIC != nil} {
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
		return r.TCP.validate()
	case r.Kind == KindTLS && r.TLS != nil:
		return r.TLS.validate()
	case r.Kind == KindHTTP && r.HTTP != nil:
		return r.HTTP.validate()
	case r.Kind == KindQUIC && r.QUIC != nil:
		return r.QUIC.validate()
	}
	return errors.New("kind is unknown or its evidence is of another kind")
}

// special reports whether the record writes out an address that no site on the internet has.
func (r *Record) special() bool {
	switch {
	case r.DNS != nil:
		return specialAnswers(r.DNS.Answers) || r.DNS.Other != nil && specialAnswers(r.DNS.Other.Answers)
	case r.TCP != nil:
		return AddressClassOf(r.TCP.Address) != AddressPublic
	case r.TLS != nil:
		return AddressClassOf(r.TLS.Address) != AddressPublic
	case r.QUIC != nil:
		return AddressClassOf(r.QUIC.Address) != AddressPublic
	}
	return false
}
