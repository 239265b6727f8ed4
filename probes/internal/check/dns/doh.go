package dns

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// doh asks over HTTPS (RFC 8484). It follows no redirect: the resolver is the one in the plan.
type doh struct {
	v         *check.Vantage
	resolver  plan.Resolver
	transport *http.Transport
	url       string
	ready     chan net.Conn       // a connection for the transport to take
	failed    measurement.Failure // of connecting: it is not tried again
}

const (
	dnsMessage     = "application/dns-message"
	maxHeaderBytes = 16 << 10
	maxWindowBytes = 64 << 10 // of HTTP/2, the least that net/http takes
)

var (
	errNoConnection = errors.New("no connection is ready")
	errNotServed    = errors.New("the resolver answers with another status than 200")
)

func newDoH(v *check.Vantage, resolver plan.Resolver) *doh {
	host := resolver.Name
	if port := resolver.Address.Port(); port != 443 {
		host = net.JoinHostPort(host, strconv.Itoa(int(port)))
	} else if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		host = "[" + host + "]"
	}
	d := &doh{v: v, resolver: resolver, ready: make(chan net.Conn, 1)}
	d.url = (&url.URL{Scheme: "https", Host: host, Path: resolver.Path}).String()
	d.transport = &http.Transport{
		// The transport would dial by itself, as often as it likes: it gets what ask has connected.
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
			select {
			case conn := <-d.ready:
				return conn, nil
			default:
				return nil, errNoConnection
			}
		},
		ForceAttemptHTTP2: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeaderBytes, IdleConnTimeout: time.Minute,
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerConnection: maxWindowBytes, MaxReceiveBufferPerStream: maxWindowBytes},
	}
	return d
}

func (d *doh) ask(ctx context.Context, question *dns.Msg) sighting {
	start := time.Now()
	seen := d.twice(ctx, question)
	seen.after = time.Since(start)
	return seen
}

// twice posts the question, and again once there is a connection, if there was none.
func (d *doh) twice(ctx context.Context, question *dns.Msg) sighting {
	if d.failed != "" {
		return sighting{failure: d.failed}
	}
	question.Id = 0 // RFC 8484, section 4.1: the connection says which answer is whose
	seen, err := d.post(ctx, question)
	if errors.Is(err, errNoConnection) {
		conn, failed := secure(ctx, d.v, d.resolver, "h2", "http/1.1")
		if d.failed = failed; failed != "" {
			return sighting{failure: failed}
		}
		d.ready <- conn
		seen, err = d.post(ctx, question)
	}
	if err != nil {
		return sighting{failure: failure.Of(failure.Exchange, err)}
	}
	return seen
}

func (d *doh) close() {
	select {
	case conn := <-d.ready:
		conn.Close()
	default:
	}
	d.transport.CloseIdleConnections()
}

func (d *doh) post(ctx context.Context, question *dns.Msg) (seen sighting, err error) {
	packed, err := question.Pack()
	if err != nil {
		return seen, err
	}
	ctx, cancel := context.WithTimeout(ctx, d.v.Timeouts.DNS)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(packed))
	if err != nil {
		return seen, err
	}
	// No name of a program: there is none that all who ask have in common.
	request.Header = http.Header{"Content-Type": {dnsMessage}, "Accept": {dnsMessage}, "User-Agent": nil}
	response, err := d.transport.RoundTrip(request)
	if err != nil {
		return seen, err
	}
	defer response.Body.Close()
	answer, flaw, err := readDoH(response, question)
	if err != nil {
		return seen, err
	}
	seen.first = answer
	seen.note(flaw)
	if flaw != "" {
		seen.unanswered(failure.Exchange, nil)
	}
	seen.note(answer.flaw())
	return seen, nil
}

// readDoH takes an answer to question from a response: whatever calls itself an answer and is none, such as
// a page, is malformed.
func readDoH(response *http.Response, question *dns.Msg) (reply, measurement.Flaw, error) {
	if response.StatusCode != http.StatusOK {
		return reply{}, "", errNotServed
	}
	if kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); kind != dnsMessage {
		return reply{}, measurement.FlawMalformed, nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxMessage+1))
	if err != nil {
		return reply{}, "", err
	}
	answer, flaw := read(body, question)
	return answer, flaw, nil
}
