package dns_test

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	mdns "github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// told is what a record says of an answer, apart from its times.
type told struct {
	Transport measurement.Transport
	Failure   measurement.Failure
	Flaw      measurement.Flaw
	Rcode     string
	Answers   []measurement.Answer
	CNAMEs    []string
	Conflict  bool
	Other     *measurement.Reply
}

// tell leaves out what is not of the question for A.
func tell(records []measurement.Record) []told {
	var out []told
	for _, r := range records {
		if r.DNS.Query == "A" {
			out = append(out, told{
				Transport: r.DNS.Transport, Failure: r.Failure, Flaw: r.DNS.Flaw, Rcode: r.DNS.Rcode,
				Answers: r.DNS.Answers, CNAMEs: r.DNS.CNAMEs, Conflict: r.DNS.Conflict, Other: r.DNS.Other,
			})
		}
	}
	return out
}

// say answers questions for A with these messages, one after the other, and fails at all others.
func say(messages ...func(q *mdns.Msg) []byte) mdns.HandlerFunc {
	return func(w mdns.ResponseWriter, q *mdns.Msg) {
		if q.Question[0].Qtype != mdns.TypeA {
			servertest.Rcode(mdns.RcodeServerFailure)(w, q)
			return
		}
		for _, m := range messages {
			_, _ = w.Write(m(q))
		}
	}
}

func pack(m *mdns.Msg) []byte {
	packed, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return packed
}

func found(addresses ...string) func(*mdns.Msg) []byte {
	return func(q *mdns.Msg) []byte { return pack(servertest.Answer(q, addresses...)) }
}

func code(rcode int) func(*mdns.Msg) []byte {
	return func(q *mdns.Msg) []byte { return pack(new(mdns.Msg).SetRcode(q, rcode)) }
}

func changed(change func(m *mdns.Msg)) func(*mdns.Msg) []byte {
	return func(q *mdns.Msg) []byte {
		m := servertest.Answer(q, "127.20.0.1")
		change(m)
		return pack(m)
	}
}

func cut(q *mdns.Msg) []byte {
	return changed(func(m *mdns.Msg) { m.Truncated, m.Answer = true, nil })(q)
}

func garbage(q *mdns.Msg) []byte {
	packed := found("127.20.0.1")(q)
	return packed[:len(packed)-3]
}

// wrongID's message is right but for its number.
func wrongID(q *mdns.Msg) []byte { return changed(func(m *mdns.Msg) { m.Id++ })(q) }

func wrongQuestion(q *mdns.Msg) []byte {
	return changed(func(m *mdns.Msg) { m.Question[0].Name = "other.example." })(q)
}

func answered(a ...measurement.Answer) told {
	return told{Transport: "udp", Rcode: "NOERROR", Answers: a}
}

func (d told) but(change func(*told)) told { change(&d); return d }

// many is an answer of n addresses, in order and without a fault, some of 16 bytes each.
func many(n int) func(*mdns.Msg) []byte {
	return func(q *mdns.Msg) []byte {
		m := servertest.Answer(q)
		for i := range n {
			m.Answer = append(m.Answer, servertest.Answer(q, netip.AddrFrom4([4]byte{127, 20, byte(i >> 8), byte(i)}).String()).Answer...)
		}
		m.Compress = true
		return pack(m)
	}
}

func aliases(pairs ...string) func(*mdns.Msg) []byte {
	return changed(func(m *mdns.Msg) {
		m.Answer = nil
		for pair := range slices.Chunk(pairs, 2) {
			header := mdns.RR_Header{Name: pair[0], Rrtype: mdns.TypeCNAME, Class: mdns.ClassINET, Ttl: 60}
			m.Answer = append(m.Answer, &mdns.CNAME{Hdr: header, Target: pair[1]})
		}
		m.Answer = append(m.Answer, servertest.Answer(m, "127.20.0.1").Answer...)
	})
}

// TestMisbehaving asks for the IPv4 addresses of a name over UDP, on networks that lie, and of servers that
// fail. What arrives first is what a browser would have believed.
func TestMisbehaving(t *testing.T) {
	injected := measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr("127.20.0.66")}
	contradicted := func(by *measurement.Reply) func(*told) {
		return func(d *told) { d.Conflict, d.Other = true, by }
	}
	truth := &measurement.Reply{Rcode: "NOERROR", Answers: []measurement.Answer{v4}}
	flawed := func(flaw measurement.Flaw, word measurement.Failure) told {
		return told{Transport: "udp", Failure: word, Flaw: flaw}
	}
	nxdomain := told{Transport: "udp", Failure: measurement.FailureDNSNXDOMAIN, Rcode: "NXDOMAIN"}
	for _, tt := range []struct {
		name   string
		answer mdns.HandlerFunc
		want   told
	}{
		{"the truth", say(found("127.20.0.1")), answered(v4)},
		{"the truth twice", say(found("127.20.0.1"), found("127.20.0.1")), answered(v4)},
		{"the truth in another order", say(found("127.20.0.1", "127.20.0.2"), found("127.20.0.2", "127.20.0.1", "127.20.0.2")), answered(v4, second)},
		{"the truth with other times to live", say(found("127.20.0.1"), changed(func(m *mdns.Msg) { m.Answer[0].Header().Ttl = 7 })), answered(v4)},
		{"the truth, then the request to ask over TCP", say(found("127.20.0.1"), cut), answered(v4)},
		{"a false address, then the truth", say(found("127.20.0.66"), found("127.20.0.1")), answered(injected).but(contradicted(truth))},
		{"the truth, then a false address", say(found("127.20.0.1"), found("127.20.0.66")),
			answered(v4).but(contradicted(&measurement.Reply{Rcode: "NOERROR", Answers: []measurement.Answer{injected}}))},
		{"NXDOMAIN, then the truth", say(code(mdns.RcodeNameError), found("127.20.0.1")), nxdomain.but(contradicted(truth))},
		{"the truth, then NXDOMAIN", say(found("127.20.0.1"), code(mdns.RcodeNameError)),
			answered(v4).but(contradicted(&measurement.Reply{Rcode: "NXDOMAIN"}))},
		{"a bogon, then the truth", say(found("0.0.0.0"), found("127.20.0.1")),
			answered(bogon).but(contradicted(truth)).but(func(d *told) { d.Failure = measurement.FailureDNSBogon })},
		{"a private address, and nothing else", say(found("10.10.34.34")), answered(hidden).but(func(d *told) { d.Failure = measurement.FailureDNSBogon })},
		{"an empty answer, then the truth", say(found(), found("127.20.0.1")), answered().but(contradicted(truth))},
		{"NXDOMAIN, then an empty answer", say(code(mdns.RcodeNameError), found()), nxdomain.but(contradicted(&measurement.Reply{Rcode: "NOERROR"}))},
		{"NXDOMAIN", say(code(mdns.RcodeNameError)), nxdomain},
		{"SERVFAIL", say(code(mdns.RcodeServerFailure)), told{Transport: "udp", Failure: measurement.FailureDNSServfailCode, Rcode: "SERVFAIL"}},
		{"REFUSED", say(code(mdns.RcodeRefused)), told{Transport: "udp", Failure: measurement.FailureDNSRefused, Flaw: measurement.FlawLame, Rcode: "REFUSED"}},
		{"a referral", say(changed(func(m *mdns.Msg) {
			m.Answer = nil
			m.Ns = []mdns.RR{&mdns.NS{Hdr: mdns.RR_Header{Name: ".", Rrtype: mdns.TypeNS, Class: mdns.ClassINET}, Ns: "a.root-servers.net."}}
		})), told{Transport: "udp", Failure: measurement.FailureDNSNoAnswer, Flaw: measurement.FlawLame, Rcode: "NOERROR"}},
		{"an empty answer of a server that does not ask others", say(changed(func(m *mdns.Msg) { m.Answer, m.RecursionAvailable = nil, false })),
			told{Transport: "udp", Failure: measurement.FailureDNSNoAnswer, Flaw: measurement.FlawLame, Rcode: "NOERROR"}},
		{"an honest empty answer", say(changed(func(m *mdns.Msg) {
			m.Answer, m.RecursionAvailable = nil, false
			m.Ns = []mdns.RR{&mdns.SOA{Hdr: mdns.RR_Header{Name: "example.", Rrtype: mdns.TypeSOA, Class: mdns.ClassINET}, Ns: "ns.example.", Mbox: "a.example."}}
		})), answered()},
		{"no question in the answer", say(changed(func(m *mdns.Msg) { m.Question = nil })), answered(v4)},
		{"silence", say(), told{Transport: "udp", Failure: measurement.FailureTimeout}},
		{"only wrong ids", say(wrongID), flawed(measurement.FlawWrongID, measurement.FailureDNSReplyWrongID)},
		{"a wrong id, then the truth", say(wrongID, found("127.20.0.1")), answered(v4).but(func(d *told) { d.Flaw = measurement.FlawWrongID })},
		{"the truth, then a wrong id", say(found("127.20.0.1"), wrongID), answered(v4).but(func(d *told) { d.Flaw = measurement.FlawWrongID })},
		{"only another question", say(wrongQuestion), flawed(measurement.FlawWrongQuestion, measurement.FailureDNSReplyWrongID)},
		{"only an answer to another type", say(changed(func(m *mdns.Msg) { m.Question[0].Qtype = mdns.TypeNS })), flawed(measurement.FlawWrongQuestion, measurement.FailureDNSReplyWrongID)},
		{"the question sent back", say(func(q *mdns.Msg) []byte { return pack(q) }), flawed(measurement.FlawMalformed, measurement.FailureDNSServfail)},
		{"only garbage", say(garbage), flawed(measurement.FlawMalformed, measurement.FailureDNSServfail)},
		{"garbage, then the truth", say(garbage, found("127.20.0.1")), answered(v4).but(func(d *told) { d.Flaw = measurement.FlawMalformed })},
		{"garbage, another question and a wrong id", say(garbage, wrongQuestion, wrongID), flawed(measurement.FlawWrongID, measurement.FailureDNSReplyWrongID)},
		{"a few bytes", say(func(q *mdns.Msg) []byte { return binary.BigEndian.AppendUint16(nil, q.Id) }), flawed(measurement.FlawMalformed, measurement.FailureDNSServfail)},
		{"an IPv6 address", say(func(q *mdns.Msg) []byte {
			m := servertest.Answer(q)
			m.Answer = []mdns.RR{&mdns.AAAA{Hdr: mdns.RR_Header{Name: "a.example.", Rrtype: mdns.TypeAAAA, Class: mdns.ClassINET}, AAAA: netip.MustParseAddr("2606:4700::1111").AsSlice()}}
			return pack(m)
		}), answered(measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr("2606:4700::1111")}).but(func(d *told) {
			d.Failure, d.Flaw = measurement.FailureDNSReplyWrongID, measurement.FlawWrongQuestion
		})},
		{"aliases", say(aliases("a.example.", "B.example.", "b.example.", "c.example.")), answered(v4).but(func(d *told) { d.CNAMEs = []string{"b.example", "c.example"} })},
		{"aliases in a loop", say(aliases("a.example.", "b.example.", "b.example.", "a.example.")),
			answered(v4).but(func(d *told) { d.CNAMEs = []string{"b.example", "a.example", "b.example"} })},
		{"an alias with an address in it", say(aliases("a.example.", "b.example.", "b.example.", "client-203-0-113-7.example.")),
			answered(v4).but(func(d *told) { d.CNAMEs = []string{"b.example"} })},
		{"an alias of one label", say(aliases("a.example.", "localhost.")), answered(v4)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := servertest.DNS(t, "127.20.0.53:0", tt.answer)
			v := servertest.Vantage(t, server, nil)
			v.Timeouts.DNS, v.Timeouts.Conflict = time.Second, 300*time.Millisecond
			records := askOne(t, v, plan.Resolver{Address: server}, "a.example")
			if diff := cmp.Diff([]told{tt.want}, tell(records), compareAddr); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestManyAnswers keeps as many addresses as a record takes.
func TestManyAnswers(t *testing.T) {
	server := servertest.DNS(t, "127.20.0.53:0", say(many(100)))
	v := servertest.Vantage(t, server, nil)
	v.Timeouts.DNS = time.Second
	if got := tell(askOne(t, v, plan.Resolver{Address: server}, "a.example"))[0]; got.Failure != "" || len(got.Answers) != 32 {
		t.Errorf("failure %q, %d answers", got.Failure, len(got.Answers))
	}
}

// TestLateTruth waits longer than usual for the true answer behind one that must be false.
func TestLateTruth(t *testing.T) {
	server := servertest.DNS(t, "127.20.0.53:0", func(w mdns.ResponseWriter, q *mdns.Msg) {
		_ = w.WriteMsg(servertest.Answer(q, "10.10.34.34"))
		if q.Question[0].Qtype == mdns.TypeA {
			time.AfterFunc(600*time.Millisecond, func() { _ = w.WriteMsg(servertest.Answer(q, "127.20.0.1")) })
		}
	})
	v := servertest.Vantage(t, server, nil)
	v.Timeouts.Conflict = 400 * time.Millisecond
	got := askOne(t, v, plan.Resolver{Address: server}, "a.example")[0]
	if !got.DNS.Conflict || got.DNS.GapMS == 0 || got.Failure != measurement.FailureDNSBogon {
		t.Errorf("conflict is %v, %d ms later, failure %q", got.DNS.Conflict, got.DNS.GapMS, got.Failure)
	}
}

// TestFlood gives up on a resolver that sends nothing but what was not asked for, before time is up.
func TestFlood(t *testing.T) {
	server := servertest.DNS(t, "127.20.0.53:0", say(slices.Repeat([]func(*mdns.Msg) []byte{wrongID}, 100)...))
	v := servertest.Vantage(t, server, nil)
	v.Timeouts.DNS = time.Hour
	want := told{Transport: "udp", Failure: measurement.FailureDNSReplyWrongID, Flaw: measurement.FlawWrongID}
	if diff := cmp.Diff([]told{want}, tell(askOne(t, v, plan.Resolver{Address: server}, "a.example"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNothingSent covers a resolver that is not there, and one that a probe may not connect to.
func TestNothingSent(t *testing.T) {
	closed := servertest.ClosedUDP(t, "127.20.0.53:0")
	for server, want := range map[netip.AddrPort]measurement.Failure{
		closed: measurement.FailureConnectionRefused, netip.MustParseAddrPort("127.0.0.1:53"): measurement.FailureGuarded,
	} {
		for _, transport := range []measurement.Transport{"udp", "tcp", "dot", "doh"} {
			for _, r := range askOne(t, servertest.Vantage(t, server, nil), plan.Resolver{Address: server, Transport: transport, Name: "dns.example"}, "a.example") {
				if r.Failure != want || r.DNS.Transport != transport {
					t.Errorf("%s over %s: got %q", r.DNS.Query, transport, r.Failure)
				}
			}
		}
	}
}

// TestAsksAgain loses the first datagram.
func TestAsksAgain(t *testing.T) {
	asked := make(chan uint16, 8)
	server := servertest.DNS(t, "127.20.0.53:0", func(w mdns.ResponseWriter, q *mdns.Msg) {
		if asked <- q.Id; len(asked) > 3 {
			_ = w.WriteMsg(servertest.Answer(q, "127.20.0.1"))
		}
	})
	v := servertest.Vantage(t, server, nil)
	v.Timeouts.DNS = time.Second
	for _, r := range askOne(t, v, plan.Resolver{Address: server}, "a.example") {
		if r.Failure == measurement.FailureTimeout {
			t.Errorf("%s: given up after one datagram", r.DNS.Query)
		}
	}
	if len(asked) != 6 {
		t.Errorf("%d questions, want each of three twice", len(asked))
	}
}
