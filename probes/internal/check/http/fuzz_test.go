package http

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// scripted is a connection whose other side has said all that it will.
type scripted struct {
	said io.Reader
}

func (s *scripted) Read(p []byte) (int, error)  { return s.said.Read(p) }
func (s *scripted) Write(p []byte) (int, error) { return len(p), nil }
func (s *scripted) Close() error                { return nil }
func (s *scripted) LocalAddr() net.Addr         { return &net.TCPAddr{} }
func (s *scripted) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.20.0.1:80"))
}
func (s *scripted) SetDeadline(time.Time) error      { return nil }
func (s *scripted) SetReadDeadline(time.Time) error  { return nil }
func (s *scripted) SetWriteDeadline(time.Time) error { return nil }

// FuzzAnswer reads whatever a server may say: what comes of it is within the record's limits, and a failure
// has a word.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<title>hello</title>",
		"HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nT: x\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x05\x00\xfa\xff\x68\x65\x6c\x6c\x6f\x86\xa6\x10\x36\x05\x00\x00\x00",
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
		"HTTP/1.1 200 OK\r\nAlt-Svc: h3=\":80\"\r\nContent-Length: 99999999\r\n\r\nx",
		"HTTP/0.9 200\r\n\r\n", "hello", "",
	} {
		f.Add([]byte(seed))
	}
	prints, err := blockpage.Builtin()
	if err != nil {
		f.Fatal(err)
	}
	v := &check.Vantage{BlockPages: blockpage.New(prints), Timeouts: check.DefaultTimeouts()}
	to, _ := parse("http://www.site.example/")
	f.Fuzz(func(t *testing.T, said []byte) {
		got, failed := exchange(t.Context(), v, &bounded{Conn: &scripted{said: bytes.NewReader(said)}, left: maxExchangeBytes}, to)
		visit := visit{page: measurement.Record{
			Kind: measurement.KindHTTP, MeasuredAt: time.Unix(0, 0).UTC(), Class: measurement.ClassForeign, Target: "http://www.site.example/", HTTP: &measurement.HTTP{},
		}, target: to}
		visit.note(got, to)
		visit.page.Failure = failed
		if err := visit.page.Validate(); err != nil {
			t.Errorf("%v: %+v", err, visit.page.HTTP)
		}
		if failed == "" && got.status == 0 || got.bodyBytes > maxBodyBytes || failed == measurement.FailureUnknown {
			t.Errorf("failure %q, %+v", failed, got)
		}
	})
}

// FuzzResolve follows whatever a redirect may say: where it leads is a place that a record can name, without
// a user's name and without a fragment, or nowhere.
func FuzzResolve(f *testing.F) {
	for _, seed := range []string{
		"/a", "//other.example/b", "https://u:p@other.example:8443/#f", "http://[::1]:80/", "http://0x7f.1/", "http://[fe80::1%25eth0]/",
		"javascript:alert(1)", "http:opaque", "?q", "#f", "http://EXAMPLE.org:65536/", "http://a..b/", "\x00", "http://xn--e1afmkfd.example/", "http://other.example:0/", "//:::",
	} {
		f.Add(seed)
	}
	from, _ := parse("https://www.site.example/start?x=y#z")
	f.Fuzz(func(t *testing.T, location string) {
		to, failed := from.resolve(location)
		if failed != "" {
			if failed != measurement.FailureHTTPInvalidRedirect {
				t.Errorf("failure %q", failed)
			}
			return
		}
		record := measurement.Record{
			Kind: measurement.KindTCP, MeasuredAt: time.Unix(0, 0).UTC(), Class: measurement.ClassForeign, Target: to.target(),
			TCP: &measurement.TCP{Address: netip.MustParseAddr("192.0.2.1")},
		}
		if err := record.Validate(); err != nil {
			t.Errorf("%q leads to %q: %v", location, to.target(), err)
		}
		again, err := url.Parse(to.url.String())
		if err != nil || again.User != nil || again.Fragment != "" || again.Scheme != "http" && again.Scheme != "https" || !strings.EqualFold(again.Hostname(), to.host) {
			t.Errorf("%q leads to %q: %v", location, to.url, err)
		}
		if to.sameSite(from) && !to.related(from) {
			t.Errorf("%q is at the site and has nothing to do with it", location)
		}
	})
}

// FuzzTitle reads any page: a title is short, without white space around it, and stands in the page.
func FuzzTitle(f *testing.F) {
	for _, seed := range []string{
		"<title>hello</title>", "<TITLE lang='x'>\n a  b </TITLE>", "<!-- <title>no</title> --><title>yes</title>", "<script>'<title>no'</script><title>yes",
		"<titles>no</titles><title/>yes</title>", "<title", "<title>", "<", "<<title>a</title", "<style></STYLE><title>\xff</title>", "<script", "<!--",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		got := title(page)
		if len(got) > maxTitle || !bytes.Equal(got, bytes.TrimSpace(got)) {
			t.Errorf("title %q", got)
		}
		for word := range bytes.FieldsSeq(got) {
			if len(got) < maxTitle && !bytes.Contains(page, word) {
				t.Errorf("title %q is not of the page", got)
			}
		}
	})
}
