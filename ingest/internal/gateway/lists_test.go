package gateway_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/ingest/internal/gateway"
	"github.com/lamplight-net/lamplight/ingest/internal/ratelimit"
)

// shelf is a folder with one list, ke.
func shelf(t *testing.T, serial int, targets ...string) (folder string, packed []byte) {
	t.Helper()
	folder = t.TempDir()
	var all []string
	for _, url := range targets {
		all = append(all, fmt.Sprintf(`{"url":%q,"class":"foreign"}`, url))
	}
	inner := fmt.Appendf(nil, `{"name":"ke","serial":%d,"issued":"2026-03-01T00:00:00Z","plan":{"version":"x","targets":[%s]}}`, serial, strings.Join(all, ","))
	packed = fmt.Appendf(nil, `{"list":%q,"signatures":["one","two"]}`, base64.StdEncoding.EncodeToString(inner))
	if err := os.WriteFile(filepath.Join(folder, "ke.signed.json"), packed, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder, packed
}

func (b bench) get(t *testing.T, method, path string, header ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	return ask(t, request)
}

// Whoever has the list gets a few bytes, whoever has not all of it, and everybody the same.
func TestListIsHandedOut(t *testing.T) {
	folder, packed := shelf(t, 3, "https://a.example/")
	b := start(t, "127.0.0.1:1", func(c *gateway.Config) { c.Lists = folder })
	first := b.get(t, http.MethodGet, "/v1/lists/ke")
	tag := first.header.Get("ETag")
	if first.status != 200 || !bytes.Equal(first.body, packed) || len(tag) != 66 || first.header.Get("Cache-Control") != "public, max-age=600" {
		t.Fatalf("%d %v: %s", first.status, first.header, first.body)
	}
	for _, test := range []struct {
		name, method, path, has string
		status, bytes           int
	}{
		{"who has it", "GET", "/v1/lists/ke", tag, 304, 0},
		{"who has it, through a proxy that packs", "GET", "/v1/lists/ke", "W/" + tag, 304, 0},
		{"who has it among others", "GET", "/v1/lists/ke", `"other", ` + tag, 304, 0},
		{"who has another", "GET", "/v1/lists/ke", `"` + strings.Repeat("0", 64) + `"`, 200, len(packed)},
		{"who has part of a tag", "GET", "/v1/lists/ke", tag[:20], 200, len(packed)},
		{"who only looks", "HEAD", "/v1/lists/ke", "", 200, 0},
		{"a list that is not there", "GET", "/v1/lists/ug", "", 404, -1},
		{"a way out of the folder", "GET", "/v1/lists/..%2fke", "", 404, -1},
		{"the file's name", "GET", "/v1/lists/ke.signed.json", "", 404, -1},
	} {
		got := b.get(t, test.method, test.path, "If-None-Match", test.has)
		if got.status != test.status || test.bytes >= 0 && len(got.body) != test.bytes {
			t.Errorf("%s: %d, %d bytes", test.name, got.status, len(got.body))
		}
		if got.header.Get("Set-Cookie") != "" || got.header.Get("Last-Modified") != "" {
			t.Errorf("%s: %v can be shown again", test.name, got.header)
		}
	}
	const counted = `
# HELP lamplight_gateway_list_requests_total Requests for target lists: sent, unchanged since the caller's, unknown, or limited.
# TYPE lamplight_gateway_list_requests_total counter
lamplight_gateway_list_requests_total{result="limited"} 0
lamplight_gateway_list_requests_total{result="sent"} 4
lamplight_gateway_list_requests_total{result="unchanged"} 3
lamplight_gateway_list_requests_total{result="unknown"} 3
# HELP lamplight_gateway_lists Target lists handed out.
# TYPE lamplight_gateway_lists gauge
lamplight_gateway_lists 1
`
	if err := testutil.GatherAndCompare(b.metrics, strings.NewReader(counted), "lamplight_gateway_list_requests_total", "lamplight_gateway_lists"); err != nil {
		t.Error(err)
	}
}

// Nothing tells afterwards who asked for a list, and everybody is told the same.
func TestNothingKeepsWhoAskedForAList(t *testing.T) {
	const asker, agent = "203.0.113.77", "a-rare-program/7"
	folder, _ := shelf(t, 3, "https://a.example/")
	b := start(t, "127.0.0.1:1", func(c *gateway.Config) {
		c.Lists = folder
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		c.PerPrefix = ratelimit.Rate{Every: time.Hour, Burst: 2}
	})
	var answers [][]byte
	for _, from := range []string{asker, "198.51.100.1", asker, asker} {
		got := b.get(t, http.MethodGet, "/v1/lists/ke", "X-Forwarded-For", from, "User-Agent", agent, "If-None-Match", `"planted-tag"`, "Cookie", "planted=1")
		got.header.Del("Date")
		answers = append(answers, fmt.Append(nil, got.status, string(got.body), got.header))
	}
	if !bytes.Equal(answers[0], answers[1]) || !bytes.Equal(answers[0], answers[2]) || !bytes.HasPrefix(answers[3], []byte("429")) {
		t.Errorf("answers differ by who asks, or there is no limit:\n%s", bytes.Join(answers, []byte("\n")))
	}
	metrics, err := b.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	places := map[string][]byte{"the log": b.log.Bytes(), "the metrics": fmt.Append(nil, metrics), "an answer": slices.Concat(answers...)}
	for place, content := range places {
		for _, form := range append(formsOf(netip.MustParseAddr(asker)), []byte(agent), []byte("planted")) {
			if bytes.Contains(content, form) {
				t.Errorf("%s holds %q:\n%s", place, form, content)
			}
		}
	}
	if !bytes.Contains(places["the log"], []byte("list is handed out")) {
		t.Error("the log is empty")
	}
}

// What costs a signature or a lookup is limited as batches are, for each neighborhood by itself.
func TestQuestionsAreLimited(t *testing.T) {
	for _, path := range []string{"/v1/network", "/v1/time?nonce=" + strings.Repeat("0", 32)} {
		b := start(t, "127.0.0.1:1", func(c *gateway.Config) {
			c.PerPrefix = ratelimit.Rate{Every: time.Hour, Burst: 2}
			c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		})
		for n, want := range []int{200, 200, 429} {
			got := b.get(t, "GET", path, "X-Forwarded-For", "192.0.2.7")
			if got.status != want || (got.header.Get("Retry-After") != "") != (want == 429) {
				t.Errorf("%s, question %d: %d %s", path, n+1, got.status, got.body)
			}
		}
		if got := b.get(t, "GET", path, "X-Forwarded-For", "198.51.100.7"); got.status != 200 {
			t.Errorf("%s from elsewhere: %d", path, got.status)
		}
	}
}
