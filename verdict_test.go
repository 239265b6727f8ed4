package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// judge runs lamplight verdict --json and returns what it prints.
func judge(t *testing.T, files ...string) ([]verdictLine, error) {
	t.Helper()
	var out bytes.Buffer
	p := &process{log: slog.New(slog.DiscardHandler), metrics: prometheus.NewRegistry(), out: &out, err: io.Discard}
	failed := (&verdictCommand{Files: files, JSON: true}).Run(t.Context(), p)
	var lines []verdictLine
	if err := json.Unmarshal(out.Bytes(), &lines); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	return lines, failed
}

func TestVerdict(t *testing.T) {
	const file = "testdata/ooni.jsonl"
	got, err := judge(t, file)
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	want := []verdictLine{
		{File: file, Input: "https://site.example/", Said: Said{Verdict: "blocked", Blocked: &yes, How: []analysis.How{"dns"},
			Reason: "The resolver says that the name does not exist, where the control's gives addresses.", Rules: []string{"dns.nxdomain-where-control-resolves"}}},
		{File: file, Said: Said{Verdict: "skipped", How: []analysis.How{}, Reason: "Not a result of Web Connectivity that can be judged: test signal.", Rules: []string{}}},
		{File: file, Input: "http://site.example/", Said: Said{Verdict: "inconclusive", How: []analysis.How{},
			Reason: "No control looked at the same time, and what one place sees alone decides nothing.", Rules: []string{"control.missing"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	text := want[0].text()
	if want := file + "  https://site.example/\n  blocked (dns)\n  The resolver says"; !strings.HasPrefix(text, want) || !strings.HasSuffix(text, "\n  rules: dns.nxdomain-where-control-resolves\n") {
		t.Errorf("text:\n%s", text)
	}
}

// TestVerdictOfBadFiles checks that a file that cannot be read costs no other, and is told of.
func TestVerdictOfBadFiles(t *testing.T) {
	content, err := os.ReadFile("testdata/ooni.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	good, bad := filepath.Join(folder, "good.jsonl.gz"), filepath.Join(folder, "bad.json")
	if err := os.WriteFile(good, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, append(content, "\n{\"t\":1}"...), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := judge(t, bad, "/nowhere.json", good)
	if len(got) != 6 {
		t.Errorf("%d verdicts, want 3 of each file that holds some", len(got))
	}
	for _, want := range []string{bad + ": line 5: test_name or data_format_version is missing", "open /nowhere.json"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// published are OONI's own scenarios, of which the name says what was simulated, and what is to be concluded of each:
// the class, and the ways of what is blocked.
var published = map[string]string{
	"badSSLWithExpiredCertificate":                             "down",
	"badSSLWithUnknownAuthorityWithInconsistentDNS":            "blocked dns",
	"cloudflareCAPTCHAWithHTTP":                                "accessible",
	"controlFailureWithSuccessfulHTTPSWebsite":                 "accessible",
	"dnsBlockingAndroidDNSCacheNoData":                         "blocked dns",
	"dnsBlockingNXDOMAIN":                                      "blocked dns",
	"dnsHijackingToLocalhostWithHTTPS":                         "blocked dns",
	"dnsHijackingToProxyWithHTTPURL":                           "accessible",
	"ghostDNSBlockingWithHTTPS":                                "blocked dns",
	"httpDiffWithConsistentDNS":                                "blocked http",
	"idnaWithoutCensorshipLowercase":                           "accessible",
	"largeFileWithHTTP":                                        "accessible",
	"localhostWithHTTP":                                        "down",
	"redirectWithBrokenLocationForHTTP":                        "blocked http",
	"redirectWithConsistentDNSAndThenConnectionRefusedForHTTP": "blocked tcp_ip",
	"redirectWithConsistentDNSAndThenConnectionResetForHTTP":   "blocked http",
	"redirectWithConsistentDNSAndThenEOFForHTTP":               "blocked http",
	"redirectWithConsistentDNSAndThenNXDOMAIN":                 "blocked dns",
	"redirectWithConsistentDNSAndThenTimeoutForHTTPS":          "blocked tls",
	"redirectWithMoreThanTenRedirectsAndHTTPS":                 "accessible",
	"successWithHTTPS":                                         "accessible",
	"tcpBlockingConnectionRefusedWithInconsistentDNS":          "blocked dns tcp_ip",
	"throttlingWithHTTPS":                                      "blocked throttling",
	"tlsBlockingConnectionResetWithInconsistentDNS":            "blocked tls",
	"websiteDownNoAddrs":                                       "down",
}

func TestPublishedScenarios(t *testing.T) {
	files, err := filepath.Glob("../shared/data/ooni/scenarios/*.json")
	if err != nil || len(files) == 0 {
		t.Skip("OONI's scenarios are not beside the repository")
	}
	lines, err := judge(t, files...)
	if err != nil || len(lines) != len(files) {
		t.Fatalf("%d verdicts of %d files: %v", len(lines), len(files), err)
	}
	for i := range lines {
		name := strings.TrimSuffix(filepath.Base(lines[i].File), ".json")
		got := lines[i].Verdict
		for _, how := range lines[i].How {
			got += " " + string(how)
		}
		if want, known := published[name]; known && got != want {
			t.Errorf("%s: %s (%v), want %s", name, got, lines[i].Rules, want)
		}
	}
}

// TestImportOONI takes results through Kafka into ClickHouse, twice, and finds each once, in place and by vantage.
func TestImportOONI(t *testing.T) {
	o := startObservatory(t)
	cfg := ingest.ImportConfig{Kind: "ooni", Source: "testdata/ooni.jsonl"}
	// Copies stay in the table, so that the second import is seen to have arrived.
	if err := o.db.Exec(t.Context(), "SYSTEM STOP MERGES measurements"); err != nil {
		t.Fatal(err)
	}
	o.bring(t, cfg, "v_measurements WHERE source = 'ooni'")
	result, err := ingest.Import(t.Context(), cfg, o.Kafka, ingest.GeoConfig{}, o.process.log, nil)
	if err != nil || result.Taken != 10 || result.Skipped["test signal"] != 1 {
		t.Fatalf("%+v, %v; want 10 taken and one skipped", result, err)
	}
	type count struct {
		N uint64 `ch:"n"`
	}
	for copies := uint64(0); copies < 20; time.Sleep(20 * time.Millisecond) {
		found, err := store.Collect(store.Select[count](t.Context(), o.db, "SELECT count() AS n FROM measurements WHERE source = 'ooni'"))
		if err != nil {
			t.Fatal(err)
		}
		copies = found[0].N
	}
	type row struct {
		Vantage string `ch:"vantage"`
		Country string `ch:"country"`
		Kinds   string `ch:"kinds"`
		Probes  uint64 `ch:"probes"`
	}
	got, err := store.Collect(store.Select[row](t.Context(), o.db, `
		SELECT vantage, country, arrayStringConcat(arraySort(groupArray(kind)), ' ') AS kinds, uniqExact(probe) AS probes
		FROM v_measurements WHERE source = 'ooni' GROUP BY vantage, country ORDER BY vantage`))
	if err != nil {
		t.Fatal(err)
	}
	want := []row{{"control", "ZZ", "dns http tcp", 1}, {"probe", "XL", "dns dns dns http http tcp tcp", 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
