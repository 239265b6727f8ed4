package http

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const maxHeaderBytes = 64 << 10

// answer is what one request brought, without any of its words.
type answer struct {
	status      uint16
	location    string // where a redirect leads
	http3       bool   // the site says that it speaks HTTP/3 on the same port
	fingerprint string
	firstByteMS uint32
	body
}

var (
	errSpent  = errors.New("the connection has been used")
	errStatus = errors.New("status is outside 100 to 599")
)

// exchange sends one request over conn and reads the answer, up to the caps.
//
// The request is the one that every Go program sends that has nothing to hide: Go's own name, and that it
// takes gzip. A probe's TLS handshake is Go's, so a browser's headers would be a lie that any server and any
// watcher can see through, and the combination rarer than either. The project's name is not in it: to say on
// an open line who measures would point at volunteers.
func exchange(ctx context.Context, v *check.Vantage, conn net.Conn, to place) (answer, measurement.Failure) {
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.HTTP)
	defer cancel()
	got, err := ask(ctx, v, conn, to)
	return got, failure.Of(failure.Exchange, err)
}

func ask(ctx context.Context, v *check.Vantage, conn net.Conn, to place) (answer, error) {
	var got answer
	transport := newTransport(conn)
	defer transport.CloseIdleConnections()
	start := time.Now()
	var firstByte atomic.Uint32 // the transport notes it from a goroutine of its own
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { firstByte.Store(check.Since(start)) }})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, to.url.String(), nil)
	if err != nil {
		return got, err
	}
	request.Header = http.Header{"Accept-Encoding": {"gzip"}}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return got, err
	}
	defer response.Body.Close()
	if response.StatusCode < 100 || response.StatusCode > 599 {
		return got, errStatus
	}
	got.status, got.firstByteMS = uint16(response.StatusCode), firstByte.Load()
	got.http3 = speaksHTTP3(response.Header, to.port)
	switch response.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		got.location = response.Header.Get("Location")
	case http.StatusSwitchingProtocols:
		return got, nil // what follows is no body, and may never end
	}
	text, err := got.read(response, start)
	got.fingerprint = v.BlockPages.Answer(response.Header, text)
	if got.location != "" {
		return got, nil // a browser goes on as soon as it knows where to
	}
	return got, err
}

// newTransport speaks HTTP over a connection that stands already, TLS included. It leaves out what would tell
// a probe from other Go programs, "Connection: close" above all: the connection is closed when the answer
// has been read.
func newTransport(conn net.Conn) *http.Transport {
	var spent atomic.Bool
	given := func(context.Context, string, string) (net.Conn, error) {
		if spent.Swap(true) {
			return nil, errSpent
		}
		return conn, nil
	}
	return &http.Transport{
		DialContext: given, DialTLSContext: given, ForceAttemptHTTP2: true,
		DisableCompression:     true, // unpacking is ours, for its limits
		MaxResponseHeaderBytes: maxHeaderBytes,
		// What a server may send before it is asked for more.
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerStream: maxBodyBytes, MaxReceiveBufferPerConnection: maxBodyBytes},
	}
}

// speaksHTTP3 reports whether an answer announces HTTP/3 at the port that it came from (RFC 7838).
func speaksHTTP3(header http.Header, port uint16) bool {
	announced := strings.Join(header.Values("Alt-Svc"), ",")
	return strings.Contains(announced, `h3=":`+strconv.Itoa(int(port))+`"`)
}
