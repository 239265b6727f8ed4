package measurement

import (
	"errors"
	"fmt"
	"net/netip"
)

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

// Transport is how a question traveled.
type Transport string

// The transports. TransportSystem is whatever the operating system chose.
const (
	TransportSystem Transport = "system"
	TransportUDP    Transport = "udp"
	TransportTCP    Transport = "tcp"
	TransportDoT    Transport = "dot" // RFC 7858
	TransportDoH    Transport = "doh" // RFC 8484
)

// Transports lists every transport.
func Transports() []Transport {
	return []Transport{TransportSystem, TransportUDP, TransportTCP, TransportDoT, TransportDoH}
}

// Flaw is what was wrong with an answer that a question got, beside what its failure says.
type Flaw string

// The flaws. Where there are several, the one that stands first here is told.
const (
	FlawWrongID       Flaw = "wrong_id"       // an answer to another question's number
	FlawWrongQuestion Flaw = "wrong_question" // the right number, but another question
	FlawMalformed     Flaw = "malformed"      // not a DNS message
	FlawTruncated     Flaw = "truncated"      // TC set, and no address in what fitted
	FlawLame          Flaw = "lame"           // a referral or a refusal where an answer was asked for
)

// Flaws lists every flaw.
func Flaws() []Flaw {
	return []Flaw{FlawWrongID, FlawWrongQuestion, FlawMalformed, FlawTruncated, FlawLame}
}

// DNS is one question and what came back.
type DNS struct {
	Resolver Resolver `json:"resolver"`
	// ResolverASN is the autonomous system that the resolver asks from, where a zone of ours could tell; zero
	// when unknown. It is all that is ever said of a resolver.
	ResolverASN uint32    `json:"resolver_asn,omitempty"`
	Transport   Transport `json:"transport"`
	Query       string    `json:"query"` // A, AAAA, CNAME, HTTPS
	// Rcode is the response code's name (NOERROR, NXDOMAIN ...); empty when nothing came back or the
	// system resolver hides it.
	Rcode   string   `json:"rcode,omitempty"`
	Answers []Answer `json:"answers,omitempty"`
	// CNAMEs are the names that the target is another name for, in order; ALPN the protocols and ECH whether
	// a key for encrypted hellos stood in an HTTPS answer.
	CNAMEs []string `json:"cnames,omitempty"`
	ALPN   []string `json:"alpn,omitempty"`
	ECH    bool     `json:"ech,omitempty"`
	Flaw   Flaw     `json:"flaw,omitempty"`
	// Conflict is true when two answers to one question disagreed, the mark of an injected answer. Rcode and
	// Answers are of the first; Other is the second, which came GapMS milliseconds later.
	Conflict bool   `json:"conflict,omitempty"`
	GapMS    uint32 `json:"gap_ms,omitempty"`
	Other    *Reply `json:"other,omitempty"`
}

// Reply is what an answer said.
type Reply struct {
	Rcode   string   `json:"rcode,omitempty"`
	Answers []Answer `json:"answers,omitempty"`
}

// Answer is one address of a DNS answer. Address is set only where Class is public.
type Answer struct {
	Address netip.Addr   `json:"address,omitzero"`
	Class   AddressClass `json:"class"`
}

const (
	maxAnswers = 32 // a large site's A and AAAA sets together stay under 20
	maxCNAMEs  = 8  // resolvers give up after about as many
	maxALPN    = 8
)

func (d *DNS) validate() error {
	if !known(d.Resolver, Resolvers()) {
		return errors.New("dns.resolver is not one of system, isp, public")
	}
	if !known(d.Transport, Transports()) {
		return errors.New("dns.transport is not one of system, udp, tcp, dot, doh")
	}
	if !known(d.Query, []string{"A", "AAAA", "CNAME", "HTTPS"}) {
		return errors.New("dns.query is not one of A, AAAA, CNAME, HTTPS")
	}
	if d.Flaw != "" && !known(d.Flaw, Flaws()) {
		return errors.New("dns.flaw is not in the vocabulary")
	}
	if len(d.CNAMEs) > maxCNAMEs || len(d.ALPN) > maxALPN {
		return fmt.Errorf("dns.cnames or dns.alpn holds more than %d", maxCNAMEs)
	}
	for _, name := range d.CNAMEs {
		if !Host(name) {
			return errors.New("dns.cnames holds something other than host names")
		}
	}
	for _, protocol := range d.ALPN {
		if protocol == "" || !word(protocol, 16) {
			return errors.New("dns.alpn holds something other than protocol names")
		}
	}
	if d.Other != nil {
		if err := validateReply(d.Other.Rcode, d.Other.Answers); err != nil {
			return fmt.Errorf("dns.other: %w", err)
		}
	}
	return validateReply(d.Rcode, d.Answers)
}

func validateReply(rcode string, answers []Answer) error {
	if !word(rcode, 16) {
		return errors.New("rcode is not a response code's name")
	}
	if len(answers) > maxAnswers {
		return fmt.Errorf("answers holds more than %d", maxAnswers)
	}
	for _, a := range answers {
		if !known(a.Class, AddressClasses()) {
			return errors.New("answers class is not one of public, private, bogon")
		}
		if (a.Class == AddressPublic) != a.Address.IsValid() {
			return errors.New("answers writes out public addresses and no others")
		}
		if a.Address.Zone() != "" {
			return errors.New("answers holds an address with a zone")
		}
	}
	return nil
}

func specialAnswers(answers []Answer) bool {
	for _, a := range answers {
		if a.Class == AddressPublic && AddressClassOf(a.Address) != AddressPublic {
			return true
		}
	}
	return false
}
