package pairing

import (
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// row is one record of a look, what it is a look at, and the beats of who looked before and after it.
type row struct {
	store.Measurement
	Site    string    `ch:"site"`
	Began   time.Time `ch:"began"`
	Located bool      `ch:"located"`

	// Of a control: of how many sites others got the page in that half hour, and of how many of these it got it too.
	PagesOfOthers uint64 `ch:"pages_of_others"`
	PagesToo      uint64 `ch:"pages_too"`
	// Of a probe: with how many hosts it tried HTTP/3 at that time, when it got through to none.
	QUICInVain uint64 `ch:"quic_in_vain"`

	BeforeAt               time.Time `ch:"before_at"`
	BeforeInterface        string    `ch:"before_interface"`
	BeforeRouter           string    `ch:"before_router"`
	BeforeDomesticTried    uint8     `ch:"before_domestic_tried"`
	BeforeDomesticAnswered uint8     `ch:"before_domestic_answered"`
	BeforeForeignTried     uint8     `ch:"before_foreign_tried"`
	BeforeForeignAnswered  uint8     `ch:"before_foreign_answered"`

	AfterAt               time.Time `ch:"after_at"`
	AfterInterface        string    `ch:"after_interface"`
	AfterRouter           string    `ch:"after_router"`
	AfterDomesticTried    uint8     `ch:"after_domestic_tried"`
	AfterDomesticAnswered uint8     `ch:"after_domestic_answered"`
	AfterForeignTried     uint8     `ch:"after_foreign_tried"`
	AfterForeignAnswered  uint8     `ch:"after_foreign_answered"`
}

// beatsWithin is how far a beat may be from a look to say whether who looked was online: probes and controls beat every
// five minutes.
const beatsWithin = 10 * time.Minute

// beats returns the beats of who looked next to the look, as records.
func (r *row) beats() []measurement.Record {
	var out []measurement.Record
	for _, b := range []struct {
		at   time.Time
		beat measurement.Beat
	}{
		{r.BeforeAt, measurement.Beat{
			Domestic:  measurement.Reach{Tried: r.BeforeDomesticTried, Answered: r.BeforeDomesticAnswered},
			Foreign:   measurement.Reach{Tried: r.BeforeForeignTried, Answered: r.BeforeForeignAnswered},
			Interface: measurement.Interface(r.BeforeInterface), Router: measurement.Router(r.BeforeRouter),
		}},
		{r.AfterAt, measurement.Beat{
			Domestic:  measurement.Reach{Tried: r.AfterDomesticTried, Answered: r.AfterDomesticAnswered},
			Foreign:   measurement.Reach{Tried: r.AfterForeignTried, Answered: r.AfterForeignAnswered},
			Interface: measurement.Interface(r.AfterInterface), Router: measurement.Router(r.AfterRouter),
		}},
	} {
		if r.Began.Sub(b.at).Abs() <= beatsWithin {
			out = append(out, measurement.Record{Kind: measurement.KindBeat, MeasuredAt: b.at, Beat: &b.beat})
		}
	}
	return out
}

// record turns a row back into the record that it was made of.
func record(m *store.Measurement) measurement.Record {
	r := measurement.Record{
		Kind: measurement.Kind(m.Kind), MeasuredAt: m.MeasuredAt, DurationMS: m.DurationMS, Check: m.Check,
		Target: m.Target, Class: measurement.Class(m.Class), Failure: measurement.Failure(m.Failure),
	}
	switch r.Kind {
	case measurement.KindDNS:
		r.DNS = &measurement.DNS{
			Resolver: measurement.Resolver(m.Resolver), ResolverASN: m.ResolverASN, Transport: measurement.Transport(m.Transport),
			Query: m.Query, Rcode: m.Rcode, Answers: answers(m.Answers, m.AnswerClasses), CNAMEs: m.CNAMEs, ALPN: m.ALPN, ECH: m.ECH,
			Flaw: measurement.Flaw(m.Flaw), Conflict: m.Conflict, GapMS: m.GapMS,
		}
		if m.OtherRcode != "" || len(m.OtherAnswers) > 0 {
			r.DNS.Other = &measurement.Reply{Rcode: m.OtherRcode, Answers: answers(m.OtherAnswers, m.OtherAnswerClasses)}
		}
	case measurement.KindTCP:
		r.TCP = &measurement.TCP{Address: address(m.Address)}
	case measurement.KindTLS:
		r.TLS = &measurement.TLS{
			Address: address(m.Address), ServerName: m.ServerName, Decoy: m.Decoy, Version: m.TLSVersion, KeySHA256: m.KeySHA256,
			ChainSHA256: m.ChainSHA256, Certificate: measurement.CertificateFault(m.Certificate), Alert: m.Alert,
		}
	case measurement.KindQUIC:
		r.QUIC = &measurement.QUIC{Address: address(m.Address), ServerName: m.ServerName, Version: m.QUICVersion, KeySHA256: m.KeySHA256, Alert: m.Alert}
	case measurement.KindHTTP:
		r.HTTP = &measurement.HTTP{
			Status: m.Status, Redirects: m.Redirects, Plain: m.Plain, Elsewhere: m.Elsewhere, BodyBytes: m.BodyBytes,
			BodySHA256: m.BodySHA256, TitleSHA256: m.TitleSHA256, Fingerprint: m.Fingerprint, FirstByteMS: m.FirstByteMS, PaceMS: m.PaceMS,
		}
	case measurement.KindBeat: // stands in no look
	}
	return r
}

func answers(texts, classes []string) []measurement.Answer {
	var out []measurement.Answer
	for i := range min(len(texts), len(classes)) {
		out = append(out, measurement.Answer{Address: address(texts[i]), Class: measurement.AddressClass(classes[i])})
	}
	return out
}

// address returns the address of a text that the loader wrote; none where it is withheld.
func address(text string) netip.Addr {
	a, _ := netip.ParseAddr(text)
	return a
}

// networks notes the autonomous systems of the addresses in a row.
func networks(m *store.Measurement, into map[netip.Addr]uint32) {
	note := func(text string, asn uint32) {
		if a := address(text); a.IsValid() && asn != 0 {
			into[a] = asn
		}
	}
	note(m.Address, m.AddressASN)
	for i := range min(len(m.Answers), len(m.AnswerASNs)) {
		note(m.Answers[i], m.AnswerASNs[i])
	}
	for i := range min(len(m.OtherAnswers), len(m.OtherAnswerASNs)) {
		note(m.OtherAnswers[i], m.OtherAnswerASNs[i])
	}
}
