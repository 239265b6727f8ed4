package http_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const limit = 64 << 10

func packed(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// whole writes an answer with its length.
func whole(headers, body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", headers, len(body), body)
}

// What each answer leaves behind, word for word as a server may write it.
func TestAnswers(t *testing.T) {
	const gz = "Content-Encoding: gzip\r\n"
	zeros := strings.Repeat("\x00", limit)
	bomb := packed(t, strings.Repeat("\x00", 32<<20))
	// A stream of empty blocks: it can go on for ever, and unpacks to nothing.
	hollow := packed(t, "")[:10] + strings.Repeat("\x00\x00\x00\xff\xff", 64<<10)
	for _, test := range []struct {
		name, answer string
		failure      measurement.Failure
		want         measurement.HTTP
	}{
		{"plain text", whole("", "hello"), "", measurement.HTTP{Status: 200, BodyBytes: 5, BodySHA256: hash("hello")}},
		{"nothing", whole("", ""), "", measurement.HTTP{Status: 200}},
		{"no content", "HTTP/1.1 204 No Content\r\n\r\n", "", measurement.HTTP{Status: 204}},
		{"until the end", "HTTP/1.0 200 OK\r\n\r\nhello", "", measurement.HTTP{Status: 200, BodyBytes: 5, BodySHA256: hash("hello")}},
		{"in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "",
			measurement.HTTP{Status: 200, BodyBytes: 5, BodySHA256: hash("hello")}},
		{"in broken chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhe\r\n", measurement.FailureHTTPMalformed, measurement.HTTP{Status: 200}},
		{"cut off", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", measurement.FailureEOF,
			measurement.HTTP{Status: 200, BodyBytes: 5, BodySHA256: hash("hello")}},
		{"more than the limit", whole("", zeros+zeros), "", measurement.HTTP{Status: 200, BodyBytes: limit, BodySHA256: hash(zeros), PaceMS: make([]uint32, 8)}},
		{"exactly the limit", whole("", zeros), "", measurement.HTTP{Status: 200, BodyBytes: limit, BodySHA256: hash(zeros), PaceMS: make([]uint32, 8)}},
		{"packed", whole(gz, packed(t, "hello")), "", measurement.HTTP{Status: 200, BodyBytes: 5, BodySHA256: hash("hello")}},
		{"packed in capitals", whole("Content-Encoding: GZIP\r\n", packed(t, "hello")), "", measurement.HTTP{Status: 200, BodyBytes: 5, BodySHA256: hash("hello")}},
		{"packed and empty", whole(gz, ""), "", measurement.HTTP{Status: 200}},
		{"packed with a bomb", whole(gz, bomb), "", measurement.HTTP{Status: 200, BodyBytes: limit, BodySHA256: hash(zeros)}},
		{"packed and hollow", whole(gz, hollow), "", measurement.HTTP{Status: 200, PaceMS: make([]uint32, 8)}},
		{"said to be packed", whole(gz, "hello, this is no gzip"), measurement.FailureHTTPMalformed, measurement.HTTP{Status: 200}},
		{"packed and cut off", whole(gz, packed(t, "hello")[:12]), measurement.FailureEOF, measurement.HTTP{Status: 200, BodyBytes: 1, BodySHA256: hash("h")}},
		{"packed in a way that was not asked for", whole("Content-Encoding: br\r\n", "hello"), "", measurement.HTTP{Status: 200, BodyBytes: 5, BodySHA256: hash("hello")}},
		{"after a word beforehand", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + whole("", "hello"), "",
			measurement.HTTP{Status: 200, BodyBytes: 5, BodySHA256: hash("hello")}},
		{"words beforehand without end", strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 10_000), measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"another protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nhello", "", measurement.HTTP{Status: 101}},
		{"a huge header", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 65<<10) + "\r\n\r\n", measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"many headers", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: x\r\n", 20<<10) + "\r\n", measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"a status that is none", "HTTP/1.1 999 No\r\n\r\n", measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"another language", "220 mail.example ESMTP\r\n", measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"half a status line", "HTTP/1.1 2", measurement.FailureHTTPMalformed, measurement.HTTP{}},
		{"a title", whole("", "<HTML><Title lang=xx>\n Blocked  by\tX </Title>"), "", measurement.HTTP{
			Status: 200, BodyBytes: 45, BodySHA256: hash("<HTML><Title lang=xx>\n Blocked  by\tX </Title>"), TitleSHA256: hash("Blocked by X")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := servertest.TCP(t, "127.20.0.1:0", servertest.Say(test.answer))
			_, got := visit(t, internet(t, nil), at("http", "www.site.example", server.Port()))
			if got.Failure != test.failure {
				t.Errorf("failure %q, want %q", got.Failure, test.failure)
			}
			test.want.Plain = test.want.Status != 0
			test.want.FirstByteMS = got.HTTP.FirstByteMS
			if len(test.want.PaceMS) == len(got.HTTP.PaceMS) {
				test.want.PaceMS = got.HTTP.PaceMS // how fast is for TestPace
			}
			if diff := cmp.Diff(&test.want, got.HTTP); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A line that is squeezed shows in the distances of the samples.
func TestPace(t *testing.T) {
	const wait = 40 * time.Millisecond
	piece := strings.Repeat("x", measurement.PaceBytes)
	server := servertest.TCP(t, "127.20.0.1:0", func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		<-time.After(wait)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		for range 3 {
			<-time.After(wait)
			_, _ = io.WriteString(conn, piece)
		}
	})
	_, got := visit(t, internet(t, nil), at("http", "www.site.example", server.Port()))
	samples := append([]uint32{0, got.HTTP.FirstByteMS}, got.HTTP.PaceMS...)
	if len(samples) != 5 {
		t.Fatalf("samples %v", samples)
	}
	for i := 1; i < len(samples); i++ {
		if samples[i]-samples[i-1] < uint32(wait.Milliseconds())/2 {
			t.Errorf("samples %v: the server waited %v before each", samples, wait)
		}
	}
}

// The request is that of every Go program, word for word, with nothing that only a probe would say.
func TestRequest(t *testing.T) {
	heard := make(chan string, 1)
	server := servertest.TCP(t, "127.20.0.1:0", func(conn net.Conn) {
		b := make([]byte, 4096)
		n, _ := conn.Read(b)
		heard <- string(b[:n])
		_, _ = io.WriteString(conn, whole("", page))
	})
	visit(t, internet(t, nil), at("http", "www.site.example", server.Port())+"a?b=c")
	plain := servertest.TCP(t, "127.20.0.1:0", func(conn net.Conn) {
		b := make([]byte, 4096)
		n, _ := conn.Read(b)
		heard <- string(b[:n])
		_, _ = io.WriteString(conn, whole("", page))
	})
	probe := <-heard
	request, err := nethttp.NewRequestWithContext(t.Context(), nethttp.MethodGet, at("http", plain.Addr().String(), plain.Port())+"a?b=c", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = fmt.Sprintf("www.site.example:%d", server.Port())
	response, err := new(nethttp.Client).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if diff := cmp.Diff(<-heard, probe); diff != "" {
		t.Errorf("(-any Go program +probe):\n%s", diff)
	}
}

// Over TLS a probe speaks HTTP/2 where the server does, as those programs do too.
func TestHTTP2(t *testing.T) {
	authority := servertest.NewAuthority(t)
	spoken := make(chan string, 1)
	server := web(t, "127.20.0.1:0", authority.Certificate("www.site.example", time.Hour), func(w nethttp.ResponseWriter, r *nethttp.Request) {
		spoken <- r.Proto + " " + r.UserAgent()
		fmt.Fprint(w, strings.Repeat("x", 3*limit))
	})
	records, got := visit(t, internet(t, authority), at("https", "www.site.example", server.Port()))
	select {
	case proto := <-spoken:
		if proto != "HTTP/2.0 Go-http-client/2.0" {
			t.Errorf("spoke %s", proto)
		}
	default:
		t.Error("the server understood no request")
	}
	if got.Failure != "" || got.HTTP.Status != 200 || got.HTTP.Plain || got.HTTP.BodyBytes != limit || len(got.HTTP.PaceMS) != 8 {
		t.Errorf("got %q %+v", got.Failure, got.HTTP)
	}
	if diff := cmp.Diff("dns dns tcp tls http", steps(records)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
