package verdict_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/lamplight-net/lamplight/analysis/internal/verdict"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func localScenes() []scene {
	dead := failed(https, system("", site), tcp(site, timeout))
	expired := func(r *measurement.Record) {
		r.TLS.Certificate, r.TLS.KeySHA256 = measurement.CertificateExpired, strings.Repeat("c", 64)
	}
	return []scene{
		{name: "the cable is out", probe: append(records{beat(func(b *measurement.Beat) { b.Interface = measurement.InterfaceDown })}, dead...), control: good(https),
			class: verdict.Local, rules: []string{"local.link-down"}},
		{name: "everything is dark", probe: append(records{beat(func(b *measurement.Beat) { b.Domestic.Answered, b.Foreign.Answered = 0, 0 })}, dead...), control: good(https),
			class: verdict.Local, rules: []string{"local.nothing-answers"}},
		{name: "no route", probe: failed(https, system(measurement.FailureNetworkUnreach)), control: good(https),
			class: verdict.Local, rules: []string{"local.no-network"}},
		{name: "no route, and a minute before all was well", control: good(https),
			probe: append(records{beat(func(*measurement.Beat) {})}, failed(https, system(measurement.FailureNetworkUnreach))...),
			class: verdict.Local, rules: []string{"local.no-network"}},
		{name: "guarded", probe: records{page("http://10.0.0.1/", measurement.FailureGuarded, empty)}, control: good(https),
			class: verdict.Local, rules: []string{"local.not-allowed"}},
		{name: "led to an address at home, as everybody is", probe: records{system("", site), tcp(site, ""), page(plain, measurement.FailureGuarded, measurement.HTTP{Status: 302, Redirects: 1})},
			control: records{system("", site), tcp(site, ""), page(plain, measurement.FailureGuarded, measurement.HTTP{Status: 302, Redirects: 1})},
			class:   verdict.Local, rules: []string{"local.not-allowed"}},
		{name: "led to an address at home, and nobody else is", probe: records{system("", site), tcp(site, ""), page(plain, measurement.FailureGuarded, measurement.HTTP{Status: 302, Redirects: 1})}, control: good(plain),
			class: verdict.Inconclusive, rules: []string{"http.led-inside"}},
		{name: "led to a name of an address at home", control: good(plain),
			probe: records{system("", site), tcp(site, ""), page(plain, measurement.FailureDNSBogon, measurement.HTTP{Status: 302, Redirects: 1, Plain: true})},
			class: verdict.Inconclusive, rules: []string{"http.led-inside"}},
		{name: "led by the site itself to a name that the resolver hides", control: good(https),
			probe: records{system("", site), tcp(site, ""), tls(site, ""), page(https, measurement.FailureDNSBogon, measurement.HTTP{Status: 302, Redirects: 1})},
			class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{"dns.fails-after-redirect"}},
		{name: "the same certificate, out of date here alone",
			probe:   failed(https, system("", site), tcp(site, ""), with(tls(site, measurement.FailureTLSInvalidCert), expired)),
			control: records{system("", site), tcp(site, ""), with(tls(site, ""), func(r *measurement.Record) { r.TLS.KeySHA256 = strings.Repeat("c", 64) }), page(https, "", full)},
			class:   verdict.Local, rules: []string{"local.clock"}},
		{name: "a clock known to be wrong", probe: failed(https, system("", site), tcp(site, ""), with(tls(site, measurement.FailureTLSInvalidCert), expired)),
			control: good(https), clock: true, class: verdict.Local, rules: []string{"local.clock"}},
		{name: "a clock known to be wrong, and a certificate that is old for all", clock: true,
			probe:   failed(https, system("", site), tcp(site, ""), with(tls(site, measurement.FailureTLSInvalidCert), expired)),
			control: failed(https, system("", site), tcp(site, ""), tls(site, measurement.FailureTLSInvalidCert)),
			class:   verdict.Down, rules: []string{"down.certificate"}},
		{name: "beats answer, the site does not", probe: append(records{beat(func(*measurement.Beat) {})}, dead...), control: good(https),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.timeout-where-control-connects"}},
	}
}

func nameScenes() []scene {
	blocked := func(name string, rule string, probe records) scene {
		return scene{name: name, probe: probe, control: good(https), class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{rule}}
	}
	control := good(https)
	gone := records{system(nxdomain), page(https, nxdomain, empty)}
	return []scene{
		blocked("NXDOMAIN", "dns.nxdomain-where-control-resolves", failed(https, system(nxdomain))),
		blocked("no answer, as Android says", "dns.no-answer-where-control-resolves", failed(https, system(noAnswer))),
		{name: "a site with IPv6 alone, and a machine without", control: append(records{system("", site6)}, good(https)[1:]...), probe: failed(https, system(noAnswer)),
			class: verdict.Inconclusive, rules: []string{"dns.resolver-fails"}},
		{name: "a site with IPv6 alone, that a resolver denies when asked for it", control: append(records{system("", site6)}, good(https)[1:]...),
			probe: failed(https, system(noAnswer), with(system(noAnswer), func(r *measurement.Record) { r.DNS.Query = "AAAA" })),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{"dns.no-answer-where-control-resolves"}},
		blocked("refused, and a public resolver answers", "dns.refused-where-others-resolve",
			records{system(measurement.FailureDNSRefused), doh("", site), page(https, measurement.FailureDNSRefused, empty)}),
		blocked("refused for IPv4 and silent for IPv6", "dns.refused-where-others-resolve",
			records{with(system(timeout), func(r *measurement.Record) { r.DNS.Query = "AAAA" }), system(measurement.FailureDNSRefused), doh("", site), page(https, measurement.FailureDNSRefused, empty)}),
		blocked("SERVFAIL, and a public resolver answers", "dns.failure-where-others-resolve",
			records{system(measurement.FailureDNSServfail), public("", site), page(https, measurement.FailureDNSServfail, empty)}),
		blocked("silence, and a public resolver answers", "dns.timeout-where-others-resolve",
			records{system(timeout), doh("", site), page(https, timeout, empty)}),
		{name: "silence of all resolvers", probe: records{system(timeout), public(timeout), page(https, timeout, empty)}, control: control,
			class: verdict.Inconclusive, rules: []string{"dns.resolver-fails"}},
		blocked("private address", "dns.useless-where-control-resolves", failed(https, system(measurement.FailureDNSBogon, "10.10.34.36"))),
		blocked("private address that was not written down", "dns.useless-where-control-resolves", failed(https, system(measurement.FailureDNSBogon))),
		blocked("private address, other resolver knows better", "dns.useless-where-others-resolve",
			records{system(measurement.FailureDNSBogon, "127.0.0.1"), doh("", site), page(https, measurement.FailureDNSBogon, empty)}),
		{name: "private address, other resolver knows better, no control",
			probe: records{system(measurement.FailureDNSBogon, "127.0.0.1"), doh("", site), page(https, measurement.FailureDNSBogon, empty)},
			class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{"dns.useless-where-others-resolve"}},
		{name: "NXDOMAIN without control", probe: failed(https, system(nxdomain)), class: verdict.Inconclusive, rules: []string{"control.missing"}},
		{name: "control without network", probe: failed(https, system(nxdomain)), control: failed(https, system(measurement.FailureNetworkUnreach)),
			class: verdict.Inconclusive, rules: []string{"control.missing"}},
		{name: "two answers, the false one refuses", control: control,
			probe: failed(https, conflicting(system("", proxy)), tcp(proxy, refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{"dns.two-answers", "dns.strange-address"}},
		{name: "two answers with addresses of the site, and a connection that is refused", control: control,
			probe: failed(https, with(conflicting(system("", site)), func(r *measurement.Record) { r.DNS.Other = &measurement.Reply{Answers: system("", near).DNS.Answers} }), tcp(site, refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.refused-where-control-connects"}},
		{name: "two answers, the second of which is not the site's", control: control,
			probe: failed(https, with(conflicting(system("", site)), func(r *measurement.Record) { r.DNS.Other = &measurement.Reply{Answers: system("", proxy).DNS.Answers} }), tcp(site, refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS, verdict.TCP}, rules: []string{"dns.two-answers", "tcp.refused-where-control-connects"}},
		{name: "two answers, of which one was not kept", control: control,
			probe: failed(https, with(conflicting(system("", site)), func(r *measurement.Record) { r.DNS.Other = nil }), tcp(site, refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS, verdict.TCP}, rules: []string{"dns.two-answers", "tcp.refused-where-control-connects"}},
		{name: "two answers to somebody else's question", probe: append(good(https), conflicting(public("", proxy))), control: control,
			class: verdict.Accessible, rules: []string{"http.authenticated", "note.two-answers"}},
		{name: "a public resolver is lied for", probe: append(good(https), public(nxdomain)), control: control,
			class: verdict.Accessible, rules: []string{"http.authenticated", "note.other-resolver-lies"}},
		{name: "strange address with a bad certificate", control: append(good(https), tls(proxy, measurement.FailureTLSUnknownAuth)),
			probe: failed(https, system("", proxy), tcp(proxy, ""), tls(proxy, measurement.FailureTLSUnknownAuth)),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{"dns.strange-address"}},
		{name: "strange address with another page", control: good(plain), probe: records{system("", proxy), tcp(proxy, ""), page(plain, "", other)},
			class: verdict.Blocked, how: []verdict.How{verdict.DNS, verdict.HTTP}, rules: []string{"dns.strange-address", "http.other-page"}},
		{name: "strange address that falls silent in the handshake", control: control, probe: failed(https, system("", proxy), tcp(proxy, ""), tls(proxy, timeout)),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{"dns.strange-address"}},
		{name: "another address of a site that is down", control: failed(https, system("", site), tcp(site, timeout)), probe: failed(https, system("", proxy), tcp(proxy, timeout)),
			class: verdict.Down, rules: []string{"down.no-connection"}},
		{name: "strange address that refuses, and not the control", control: append(good(https), tcp(proxy, "")),
			probe: failed(https, system("", proxy), tcp(proxy, refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS, verdict.TCP}, rules: []string{"dns.strange-address", "tcp.refused-where-control-connects"}},
		{name: "strange address that refuses, where another resolver's address connects", control: append(good(https), tcp(proxy, "")),
			probe: append(records{doh("", site), tcp(site, "")}, failed(https, system("", proxy), tcp(proxy, refused))...),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS, verdict.TCP}, rules: []string{"dns.strange-address", "tcp.refused-where-control-connects"}},
		{name: "a proxy with the site's page in the clear", control: good(plain), probe: records{system("", proxy), tcp(proxy, ""), page(plain, "", full)},
			class: verdict.Accessible, rules: []string{"http.same-as-control"}},
		{name: "a cache inside the provider", control: control, probe: records{system("", cache), tcp(cache, ""), tls(cache, ""), page(https, "", full)},
			class: verdict.Accessible, rules: []string{"http.authenticated", "note.other-address"}},
		{name: "reset by a cache that the control shook hands with", control: append(good(https), tls(cache, "")),
			probe: failed(https, system("", cache), tcp(cache, ""), tls(cache, reset)),
			class: verdict.Blocked, how: []verdict.How{verdict.TLS}, rules: []string{"tls.reset-where-control-shakes-hands", "note.other-address"}},
		{name: "another address of the same network refuses", control: control, probe: failed(https, system("", "198.41.0.4"), tcp("198.41.0.4", refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.refused-where-control-connects"}},
		{name: "another address of the same /24 refuses", control: control, probe: failed(https, system("", near), tcp(near, refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.refused-where-control-connects"}},
		{name: "another address that an encrypted resolver gives too", control: control,
			probe: append(records{doh("", proxy)}, failed(https, system("", proxy), tcp(proxy, refused))...),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.refused-where-control-connects"}},
		{name: "IPv6 of another network", control: append(good(https), system("", site6)),
			probe: failed(https, system("", "2606:2800:221::1"), tcp(site, refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS, verdict.TCP}, rules: []string{"dns.strange-address", "tcp.refused-where-control-connects"}},
		{name: "two addresses of unknown networks", control: records{system("", "185.2.2.2"), page(plain, "", full)},
			probe: records{system("", "185.1.1.1"), page(plain, "", other)},
			class: verdict.Blocked, how: []verdict.How{verdict.DNS, verdict.HTTP}, rules: []string{"dns.strange-address", "http.other-page"}},
		{name: "a new name that the control's resolver has not heard of", control: gone,
			probe: append(records{doh("", proxy), public("", proxy)}, failed(https, system("", proxy), tcp(proxy, refused))...),
			class: verdict.Inconclusive, rules: []string{"dns.address-where-control-has-none"}},
		{name: "a ghost", control: gone, probe: append(records{doh(nxdomain), public("", proxy)}, failed(https, system("", proxy), tcp(proxy, refused))...),
			class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{"dns.address-for-no-name"}},
		{name: "a resolver that sells its errors", control: gone, probe: append(records{doh(nxdomain)}, failed(https, system("", proxy), tcp(proxy, refused))...),
			class: verdict.Inconclusive, rules: []string{"dns.address-where-control-has-none"}},
		{name: "NXDOMAIN after a redirect", control: control,
			probe: records{system("", site), tcp(site, ""), tls(site, ""), page(https, nxdomain, measurement.HTTP{Status: 308, Redirects: 1, Elsewhere: true})},
			class: verdict.Blocked, how: []verdict.How{verdict.DNS}, rules: []string{"dns.fails-after-redirect"}},
	}
}

func connectScenes() []scene {
	blocked := func(name string, how verdict.How, rule string, probe records) scene {
		return scene{name: name, probe: probe, control: good(https), class: verdict.Blocked, how: []verdict.How{how}, rules: []string{rule}}
	}
	toSite := func(failure measurement.Failure) records { return failed(https, system("", site), tcp(site, failure)) }
	shaking := func(failure measurement.Failure, more ...measurement.Record) records {
		return append(more, failed(https, system("", site), tcp(site, ""), tls(site, failure))...)
	}
	decoy := func(failure measurement.Failure) measurement.Record {
		return with(tls(site, failure), func(r *measurement.Record) { r.TLS.Decoy, r.TLS.ServerName = true, "example.org" })
	}
	led := func(failure measurement.Failure, beneath ...measurement.Record) records {
		hop := records{system("", site), tcp(site, ""), tls(site, "")}
		for _, r := range beneath {
			r.Target = "next.example:443"
			if r.TLS != nil {
				r.TLS.ServerName = "next.example"
			}
			hop = append(hop, r)
		}
		return append(hop, page(https, failure, measurement.HTTP{Status: 301, Redirects: 1, Elsewhere: true}))
	}
	atAddress := func(r *measurement.Record) {
		r.Target = site + ":443"
		if r.TLS != nil {
			r.TLS.ServerName = site
		}
	}
	antivirus := with(tls(site, ""), func(r *measurement.Record) { r.TLS.Certificate = measurement.CertificateUnknownRoot })
	return []scene{
		blocked("refused", verdict.TCP, "tcp.refused-where-control-connects", toSite(refused)),
		blocked("timeout", verdict.TCP, "tcp.timeout-where-control-connects", toSite(timeout)),
		blocked("reset", verdict.TCP, "tcp.reset-where-control-connects", toSite(reset)),
		blocked("unreachable", verdict.TCP, "tcp.unreachable-where-control-connects", toSite(measurement.FailureHostUnreachable)),
		{name: "no IPv6 here", control: append(good(https), tcp(site6, "")),
			probe: records{system("", site6), tcp(site6, timeout), page(https, timeout, empty)},
			class: verdict.Inconclusive, rules: []string{"inconclusive"}},
		{name: "no IPv4 here", control: good(https), probe: failed(https, system("", site), tcp(site, measurement.FailureNetworkUnreach)),
			class: verdict.Inconclusive, rules: []string{"inconclusive"}},
		{name: "no way to one network, and one to another", control: good(https),
			probe: append(records{with(tcp(proxy, ""), func(r *measurement.Record) { r.Target = "next.example:443" })},
				failed(https, system("", site), tcp(site, measurement.FailureNetworkUnreach))...),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.unreachable-where-control-connects"}},
		{name: "IPv6 works elsewhere", control: append(good(https), tcp(site6, "")),
			probe: append(records{with(tcp(site6, ""), func(r *measurement.Record) { r.Target = "next.example:443" })}, failed(https, system("", site6), tcp(site6, timeout))...),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.timeout-where-control-connects"}},
		{name: "refused after a redirect", control: good(https), probe: led(refused, tcp(proxy, refused)),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.refused-where-control-connects"}},
		{name: "refused after a redirect to a name that is not told", control: good(https), probe: led(refused),
			class: verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.refused-where-control-connects"}},
		{name: "reset in a handshake after a redirect", control: good(https), probe: led(reset, tcp(proxy, ""), tls(proxy, reset)),
			class: verdict.Blocked, how: []verdict.How{verdict.TLS}, rules: []string{"tls.reset-where-control-shakes-hands"}},
		blocked("handshake reset", verdict.TLS, "tls.reset-where-control-shakes-hands", shaking(reset)),
		blocked("handshake timeout", verdict.TLS, "tls.timeout-where-control-shakes-hands", shaking(timeout)),
		blocked("handshake closed", verdict.TLS, "tls.eof-where-control-shakes-hands", shaking(measurement.FailureEOF)),
		blocked("handshake refused", verdict.TLS, "tls.refused-where-control-shakes-hands", shaking(measurement.FailureTLSFailedHandshake)),
		{name: "reset in a handshake with an address that was asked for as such", control: records{page("https://"+site+"/", "", full)},
			probe: records{with(tcp(site, ""), atAddress), with(tls(site, reset), atAddress), page("https://"+site+"/", reset, empty)},
			class: verdict.Blocked, how: []verdict.How{verdict.TLS}, rules: []string{"tls.reset-where-control-shakes-hands"}},
		blocked("another name passes", verdict.TLSName, "tls.blocked-by-name", shaking(reset, decoy(measurement.FailureTLSInvalidHostname))),
		blocked("no name passes", verdict.TLSAddress, "tls.blocked-by-address", shaking(reset, decoy(reset))),
		blocked("reset, and no handshake was written down", verdict.TLS, "tls.reset-where-control-shakes-hands",
			records{system("", site), tcp(site, ""), page(https, reset, empty)}),
		{name: "an antivirus program, and then silence", control: good(https), probe: append(records{system("", site), tcp(site, ""), antivirus}, page(https, timeout, empty)),
			class: verdict.Inconclusive, rules: []string{"tls.read-by-whom-the-machine-trusts"}},
		{name: "an antivirus program's own page", control: good(https), probe: append(records{system("", site), tcp(site, ""), antivirus}, page(https, "", other)),
			class: verdict.Inconclusive, rules: []string{"tls.read-by-whom-the-machine-trusts"}},
		{name: "an antivirus program that lets one address through", control: good(https), probe: records{system("", site, near), tcp(site, ""), antivirus, tls(near, ""), page(https, "", other)},
			class: verdict.Inconclusive, rules: []string{"tls.read-by-whom-the-machine-trusts"}},
		{name: "an antivirus program, and the site is down", control: failed(https, system("", site), tcp(site, ""), tls(site, ""), page(https, reset, empty)),
			probe: append(records{system("", site), tcp(site, ""), antivirus}, page(https, reset, empty)),
			class: verdict.Down, rules: []string{"down.no-page"}},
		{name: "an antivirus program that passes the page on", control: good(https), probe: append(records{system("", site), tcp(site, ""), antivirus}, page(https, "", full)),
			class: verdict.Accessible, rules: []string{"http.same-as-control"}},
		blocked("forged certificate", verdict.TLSForged, "tls.forged-certificate", shaking(measurement.FailureTLSUnknownAuth)),
		{name: "HTTP/3 alone", probe: append(good(https), quic(timeout)), control: append(good(https), quic("")),
			class: verdict.Blocked, how: []verdict.How{verdict.QUIC}, rules: []string{"quic.fails-where-control-speaks-it"}},
		{name: "HTTP/3 alone, as with every other site", probe: append(good(https), quic(timeout)), control: append(good(https), quic("")),
			inVain: verdict.Everywhere,
			class:  verdict.Accessible, rules: []string{"http.authenticated", "note.no-quic-at-all"}},
		{name: "HTTP/3 alone, as with a few other sites", probe: append(good(https), quic(timeout)), control: append(good(https), quic("")),
			inVain: verdict.Everywhere - 1,
			class:  verdict.Blocked, how: []verdict.How{verdict.QUIC}, rules: []string{"quic.fails-where-control-speaks-it"}},
		{name: "HTTP/3 for nobody", probe: append(good(https), quic(timeout)), control: append(good(https), quic(timeout)),
			class: verdict.Accessible, rules: []string{"http.authenticated"}},
	}
}

func pageScenes() []scene {
	at := func(h measurement.HTTP, failure measurement.Failure) records {
		return records{system("", site), tcp(site, ""), page(plain, failure, h)}
	}
	blocked := func(name string, how verdict.How, rule string, probe records) scene {
		return scene{name: name, probe: probe, control: good(plain), class: verdict.Blocked, how: []verdict.How{how}, rules: []string{rule}}
	}
	unclear := func(name string, h measurement.HTTP) scene {
		return scene{name: name, probe: at(h, ""), control: good(plain), class: verdict.Inconclusive, rules: []string{"http.unclear-difference"}}
	}
	accessible := func(name string, rule string, probe, control records) scene {
		return scene{name: name, probe: probe, control: control, class: verdict.Accessible, rules: []string{rule}}
	}
	sum := sha256.Sum256([]byte("Just a moment..."))
	challenge := measurement.HTTP{Status: 503, BodyBytes: 8432, TitleSHA256: hex.EncodeToString(sum[:])}
	marked := other
	marked.Fingerprint = "xl-block-1"
	elsewhere := other
	elsewhere.Elsewhere, elsewhere.Plain = true, true
	led := func(redirects uint8) measurement.HTTP {
		h := other
		h.Elsewhere, h.Redirects = true, redirects
		return h
	}
	paced := func(samples ...uint32) measurement.HTTP {
		h := full
		h.PaceMS = samples
		return h
	}
	stalls := func(trip uint32) records {
		look := at(paced(2000, 6000, 9000, 14000), timeout)
		look[1].DurationMS, look[2].DurationMS = trip, 16000
		return look
	}
	site451 := measurement.HTTP{Status: 451, BodyBytes: 100}
	quick := records{system("", site), tcp(site, ""), tls(site, ""), page(https, "", paced(50, 60, 70))}
	return []scene{
		accessible("all is well", "http.authenticated", good(https), good(https)),
		accessible("all is well, and no control", "http.authenticated", good(https), nil),
		accessible("all is well in the clear", "http.same-as-control", good(plain), good(plain)),
		accessible("too many redirects by the site itself", "http.authenticated",
			records{system("", site), tcp(site, ""), tls(site, ""), page(https, measurement.FailureHTTPTooManyRedirect, measurement.HTTP{Status: 302, Redirects: 5})}, good(https)),
		accessible("a page about blocking, by the site itself", "http.authenticated",
			records{system("", site), tcp(site, ""), tls(site, ""), page(https, "", marked)}, good(https)),
		accessible("a robot's challenge", "http.challenge", at(challenge, ""), good(plain)),
		accessible("an empty page for everybody", "http.same-as-control", at(measurement.HTTP{Status: 204}, ""), at(measurement.HTTP{Status: 204}, "")),
		accessible("a page without a title", "http.same-as-control", at(measurement.HTTP{Status: 200, BodyBytes: 1500}, ""), good(plain)),
		accessible("another length, the same title", "http.same-as-control", at(measurement.HTTP{Status: 200, BodyBytes: 10, TitleSHA256: full.TitleSHA256}, ""), good(plain)),
		{name: "a robot's challenge that nobody can vouch for", probe: at(challenge, ""), class: verdict.Inconclusive, rules: []string{"control.missing"}},
		{name: "a robot's challenge at a strange address", probe: records{system("", proxy), tcp(proxy, ""), page(plain, "", challenge)}, control: good(plain),
			class: verdict.Inconclusive, rules: []string{"http.unclear-difference"}},
		unclear("a page with a challenge's title", measurement.HTTP{Status: 200, BodyBytes: 1400, TitleSHA256: challenge.TitleSHA256}),
		{name: "the site itself refuses", probe: records{system("", site), tcp(site, ""), tls(site, ""), page(https, "", site451)}, control: good(https),
			class: verdict.Accessible, rules: []string{"http.authenticated", "note.site-refuses"}},
		accessible("the site leads to its encrypted pages, and has another one for this country", "http.authenticated",
			records{system("", site), tcp(site, ""), tls(site, ""), page(plain, "", measurement.HTTP{Status: 200, BodyBytes: 188, TitleSHA256: other.TitleSHA256, Redirects: 1})}, good(plain)),
		accessible("led elsewhere by the site itself", "http.authenticated",
			records{system("", site), tcp(site, ""), tls(site, ""), page(https, "", led(1))}, good(https)),
		{name: "led elsewhere by way of somebody who may have spoken in the clear", probe: records{system("", site), tcp(site, ""), tls(site, ""), page(https, "", led(2))}, control: good(https),
			class: verdict.Inconclusive, rules: []string{"http.unclear-difference"}},
		{name: "led in the clear to somebody's encrypted page", probe: records{system("", site), tcp(site, ""), tls(site, ""), page(plain, "", led(1))}, control: good(plain),
			class: verdict.Blocked, how: []verdict.How{verdict.Redirect}, rules: []string{"http.redirect-elsewhere"}},
		{name: "another page over encryption that nobody wrote down", probe: records{system("", site), page(https, "", other)}, control: good(https),
			class: verdict.Inconclusive, rules: []string{"http.unclear-difference"}},
		{name: "no control in the clear", probe: good(plain), class: verdict.Inconclusive, rules: []string{"control.missing"}},
		{name: "the control did not get the page", probe: good(plain), control: records{system("", site), page(plain, timeout, empty)},
			class: verdict.Inconclusive, rules: []string{"control.fails-where-probe-does-not"}},
		unclear("another title, the same status and no length", measurement.HTTP{Status: 200, TitleSHA256: other.TitleSHA256}),
		unclear("an empty page", measurement.HTTP{Status: 200}),
		unclear("another title, the same status and length", measurement.HTTP{Status: 200, BodyBytes: 1500, TitleSHA256: other.TitleSHA256}),
		unclear("forbidden in the clear", measurement.HTTP{Status: 403, BodyBytes: 100, TitleSHA256: other.TitleSHA256}),
		blocked("another page", verdict.HTTP, "http.other-page", at(other, "")),
		blocked("451 in the clear", verdict.HTTP, "http.other-page", at(site451, "")),
		blocked("somebody else's page", verdict.Redirect, "http.redirect-elsewhere", at(elsewhere, "")),
		{name: "a block page", probe: at(marked, ""), control: good(plain),
			class: verdict.Blocked, how: []verdict.How{verdict.HTTP}, rules: []string{"http.block-page", "http.other-page"}},
		{name: "a block page without control", probe: at(marked, ""), class: verdict.Blocked, how: []verdict.How{verdict.HTTP}, rules: []string{"http.block-page"}},
		accessible("a page that the control finds marked too", "http.same-as-control", at(marked, ""), at(marked, "")),
		blocked("reset after the question", verdict.HTTP, "http.reset-where-control-gets-the-page", at(empty, reset)),
		blocked("closed after the question", verdict.HTTP, "http.eof-where-control-gets-the-page", at(empty, measurement.FailureEOF)),
		blocked("silence after the question", verdict.HTTP, "http.timeout-where-control-gets-the-page", at(empty, timeout)),
		blocked("the answer stalls", verdict.Throttling, "http.stalls-where-control-gets-the-page", at(measurement.HTTP{Status: 200, BodyBytes: 900}, timeout)),
		blocked("the answer stalls on a quick line", verdict.Throttling, "http.stalls-where-control-gets-the-page", stalls(40)),
		{name: "the answer does not end in time on a slow line", probe: stalls(700), control: good(plain), class: verdict.Inconclusive, rules: []string{"inconclusive"}},
		blocked("silence after a redirect", verdict.HTTP, "http.timeout-where-control-gets-the-page", at(measurement.HTTP{Status: 301, Redirects: 1, Plain: true}, timeout)),
		blocked("no web server", verdict.HTTP, "http.malformed-where-control-gets-the-page", at(empty, measurement.FailureHTTPMalformed)),
		blocked("a broken redirect", verdict.HTTP, "http.broken-redirect-where-control-gets-the-page", at(measurement.HTTP{Status: 302}, measurement.FailureHTTPInvalidRedirect)),
		{name: "drops", probe: records{system("", site), tcp(site, ""), tls(site, ""), page(https, "", paced(1000, 3000, 5000))}, control: quick,
			class: verdict.Blocked, how: []verdict.How{verdict.Throttling}, rules: []string{"throttling.pace"}},
		accessible("a slow line", "http.authenticated",
			records{system("", site), with(tcp(site, ""), func(r *measurement.Record) { r.DurationMS = 700 }), tls(site, ""), page(https, "", paced(1000, 3000, 5000))}, quick),
		{name: "HTTP/3 and TLS", probe: failed(https, system("", site), quic(timeout), tcp(site, ""), tls(site, reset)), control: append(records{quic("")}, good(https)...),
			class: verdict.Blocked, how: []verdict.How{verdict.TLS, verdict.QUIC}, rules: []string{"tls.reset-where-control-shakes-hands", "quic.fails-too"}},
		{name: "HTTP/3 as with every other site, and TLS", probe: failed(https, system("", site), quic(timeout), tcp(site, ""), tls(site, reset)), control: append(records{quic("")}, good(https)...),
			inVain: verdict.Everywhere,
			class:  verdict.Blocked, how: []verdict.How{verdict.TLS}, rules: []string{"tls.reset-where-control-shakes-hands", "note.no-quic-at-all"}},
	}
}

func downScenes() []scene {
	down := func(name, rule string, look records) scene {
		return scene{name: name, probe: look, control: look, class: verdict.Down, rules: []string{rule}}
	}
	return []scene{
		down("no such name", "down.no-such-name", failed(https, system(nxdomain))),
		down("no address", "down.no-such-name", failed(https, system(noAnswer))),
		down("a private address", "down.private-address", failed(https, system(measurement.FailureDNSBogon, "127.0.0.1"))),
		down("no connection", "down.no-connection", failed(https, system("", site), tcp(site, timeout))),
		down("an old certificate", "down.certificate", failed(https, system("", site), tcp(site, ""), tls(site, measurement.FailureTLSInvalidCert))),
		down("no encryption", "down.no-encryption", failed(https, system("", site), tcp(site, ""), tls(site, measurement.FailureTLSFailedHandshake))),
		down("no page", "down.no-page", failed(plain, system("", site), tcp(site, ""), page(plain, reset, empty))),
		{name: "no connection here, and no page there", probe: failed(https, system("", site), tcp(site, timeout)),
			control: records{system("", site), tcp(near, ""), page(https, reset, empty)},
			class:   verdict.Inconclusive, rules: []string{"inconclusive"}},
		{name: "a bad certificate, and a control that says no more than that it failed", probe: failed(https, system("", site), tcp(site, ""), tls(site, measurement.FailureTLSInvalidCert)),
			control: records{system("", site), tcp(site, ""), page(https, measurement.FailureUnknown, empty)},
			class:   verdict.Down, rules: []string{"down.no-page"}},
		{name: "no IPv6 here, and no page there", probe: failed(https, system("", site6), tcp(site6, timeout)),
			control: records{system("", site, site6), tcp(site6, ""), tcp(site, ""), tls(site, ""), page(https, timeout, empty)},
			class:   verdict.Inconclusive, rules: []string{"inconclusive"}},
		{name: "one address of two fails for the control too", probe: failed(https, system("", site, near), tcp(near, timeout), tcp(site, timeout)),
			control: append(good(https), tcp(near, timeout)),
			class:   verdict.Blocked, how: []verdict.How{verdict.TCP}, rules: []string{"tcp.timeout-where-control-connects"}},
	}
}
