package ooni_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/ooni"
	"github.com/lamplight-net/lamplight/ingest/internal/observation"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// modern is a result as version 0.5 writes it, made up: the machine's resolver leads elsewhere, the encrypted one does
// not. What must never be kept stands in it as PLANTED, or as an address of 203.0.113.0/24.
const modern = `{"annotations":{"network_type":"mobile","PLANTED":"PLANTED"},"data_format_version":"0.2.0","input":"http://Site.example/a b?q=PLÄNTED#PLANTED",
"measurement_start_time":"2024-02-12 20:33:47","probe_asn":"AS137","probe_cc":"IT","probe_ip":"203.0.113.1","probe_city":"PLANTED",
"probe_network_name":"PLANTED","report_id":"20240212T203347Z_webconnectivity_IT_137_n1_PLANTED","resolver_asn":"AS137","resolver_ip":"203.0.113.53",
"software_name":"ooniprobe","software_version":"3.22.0","test_name":"web_connectivity","test_version":"0.5.28","test_runtime":1.5,"test_keys":{
"client_resolver":"203.0.113.53","x_dns_whoami":{"system_v4":[{"address":"203.0.113.53"}]},
"queries":[
 {"answers":[{"asn":30722,"answer_type":"A","ipv4":"83.224.65.41","ttl":null},{"answer_type":"CNAME","hostname":"edge.site.example."}],"engine":"getaddrinfo","failure":null,"hostname":"site.example","query_type":"ANY","t0":0.1,"t":0.125,"tags":["classic","depth=0"],"transaction_id":1},
 {"answers":[{"asn":15133,"answer_type":"A","ipv4":"93.184.216.34"}],"engine":"doh","failure":null,"hostname":"site.example","query_type":"A","resolver_address":"https://dns.example/PLANTED","t":0.2,"tags":["depth=0"],"transaction_id":2},
 {"answers":[{"answer_type":"A","ipv4":"10.0.0.1"}],"engine":"udp","failure":null,"hostname":"site.example","query_type":"A","resolver_address":"203.0.113.53:53","t0":0.1,"t":0.2,"tags":["depth=0"],"transaction_id":3},
 {"answers":[{"answer_type":"A","ipv4":"10.0.0.1"}],"engine":"udp","failure":null,"hostname":"planted.example","query_type":"A","t":0.2,"tags":["depth=0"]}],
"x_dns_duplicate_responses":[{"answers":[{"answer_type":"A","ipv4":"93.184.216.34"}],"engine":"udp","failure":null,"hostname":"site.example","query_type":"A","t":0.204,"transaction_id":3}],
"tcp_connect":[{"ip":"83.224.65.41","port":80,"status":{"failure":null,"success":true},"t0":1,"t":1.04,"tags":["classic","depth=0"]},
 {"ip":"10.0.0.1","port":"80","status":{"failure":"generic_timeout_error","success":false},"t":2,"tags":["depth=0"]}],
"tls_handshakes":[{"address":"93.184.216.34:443","server_name":"site.example","failure":"ssl_unknown_authority","tls_version":"TLSv1.3","peer_certificates":[{"data":"UExBTlRFRA==","format":"base64"}],"t":2,"tags":["depth=0"]}],
"requests":[{"failure":null,"request":{"url":"http://portal.planted.example/?ip=203.0.113.1","headers":{"X":"PLANTED"}},"response":{"code":200,"body":"<TITLE lang=x>Planted &amp;  \n PLANTED</title>","headers":{"Server":"PLANTED"}},"t":3,"tags":["classic","depth=1"]},
 {"failure":null,"request":{"url":"http://site.example/a"},"response":{"code":302,"body":"","headers":{"Location":"http://portal.planted.example/?ip=203.0.113.1"}},"t0":1.5,"t":2,"tags":["classic","depth=0"]}],
"control_failure":null,"control":{"tcp_connect":{"83.224.65.41:80":{"status":false,"failure":"connection_refused_error"},"93.184.216.34:80":{"status":true,"failure":null}},
 "tls_handshake":{"93.184.216.34:443":{"server_name":"site.example","status":true,"failure":null}},
 "http_request":{"body_length":16777216,"failure":null,"title":"A  page","headers":{"X":"PLANTED"},"status_code":200},
 "dns":{"failure":null,"addrs":["93.184.216.34","edge.site.example"]},"ip_info":{"93.184.216.34":{"asn":15133}}}}}`

// older returns a result as earlier versions wrote it, with some test keys.
func older(keys string) string {
	return `{"data_format_version":"0.2.0","input":"https://site.example/","measurement_start_time":"2019-07-17 11:55:18","probe_asn":"AS3352",
"probe_cc":"ES","report_id":"r","software_name":"ooniprobe","software_version":"2.3.0","test_name":"web_connectivity","test_version":"0.3.2","test_keys":` + keys + `}`
}

func read(t *testing.T, text string) []ooni.Look {
	t.Helper()
	var looks []ooni.Look
	for look, err := range ooni.Read(strings.NewReader(text), nil) {
		if err != nil {
			t.Fatal(err)
		}
		looks = append(looks, look)
	}
	return looks
}

// at is a time of the modern result.
func at(ms int) time.Time {
	return time.Date(2024, 2, 12, 20, 33, 47, 0, time.UTC).Add(time.Duration(ms) * time.Millisecond)
}

func TestReadModern(t *testing.T) {
	site, other := netip.MustParseAddr("93.184.216.34"), netip.MustParseAddr("83.224.65.41")
	common := measurement.Record{Check: 1, Class: measurement.ClassForeign}
	record := func(kind measurement.Kind, target string, ms, took int, fill func(*measurement.Record)) measurement.Record {
		r := common
		r.Kind, r.Target, r.MeasuredAt, r.DurationMS = kind, target, at(ms), uint32(took)
		fill(&r)
		return r
	}
	public := func(a netip.Addr) []measurement.Answer {
		return []measurement.Answer{{Address: a, Class: measurement.AddressPublic}}
	}
	const url = "http://site.example/a%20b?q=PL%C3%84NTED"
	want := ooni.Look{
		Input: url, Country: "IT", ASN: 137, NetworkType: measurement.NetworkMobile, Software: "ooniprobe/3.22.0", Test: "web_connectivity/0.5.28",
		Networks: map[netip.Addr]uint32{site: 15133, other: 30722},
		Probe: []measurement.Record{
			record("dns", "site.example", 100, 25, func(r *measurement.Record) {
				r.DNS = &measurement.DNS{Resolver: "system", ResolverASN: 137, Transport: "system", Query: "A", Answers: public(other), CNAMEs: []string{"edge.site.example"}}
			}),
			record("dns", "site.example", 200, 0, func(r *measurement.Record) {
				r.DNS = &measurement.DNS{Resolver: "public", Transport: "doh", Query: "A", Answers: public(site)}
			}),
			record("dns", "site.example", 100, 100, func(r *measurement.Record) {
				r.DNS = &measurement.DNS{Resolver: "isp", Transport: "udp", Query: "A", Answers: []measurement.Answer{{Class: "private"}},
					Conflict: true, GapMS: 4, Other: &measurement.Reply{Answers: public(site)}}
			}),
			record("tcp", "site.example:80", 1000, 40, func(r *measurement.Record) { r.TCP = &measurement.TCP{Address: other} }),
			record("tls", "site.example:443", 2000, 0, func(r *measurement.Record) {
				r.Failure = measurement.FailureTLSUnknownAuth
				r.TLS = &measurement.TLS{Address: site, ServerName: "site.example", Version: "1.3", Certificate: measurement.CertificateUnknownRoot}
			}),
			record("http", url, 1500, 1500, func(r *measurement.Record) {
				r.HTTP = &measurement.HTTP{Status: 200, Redirects: 1, Plain: true, Elsewhere: true, BodyBytes: 46, BodySHA256: "set", TitleSHA256: "set"}
			}),
		},
		Control: []measurement.Record{
			record("dns", "site.example", 0, 0, func(r *measurement.Record) {
				r.DNS = &measurement.DNS{Resolver: "system", Transport: "system", Query: "A", Answers: public(site)}
			}),
			record("tcp", "site.example:80", 0, 0, func(r *measurement.Record) {
				r.Failure, r.TCP = measurement.FailureConnectionRefused, &measurement.TCP{Address: other}
			}),
			record("tcp", "site.example:80", 0, 0, func(r *measurement.Record) { r.TCP = &measurement.TCP{Address: site} }),
			record("tls", "site.example:443", 0, 0, func(r *measurement.Record) {
				r.TLS = &measurement.TLS{Address: site, ServerName: "site.example"}
			}),
			record("http", url, 0, 0, func(r *measurement.Record) {
				r.HTTP = &measurement.HTTP{Status: 200, BodyBytes: 64 << 10, TitleSHA256: "set"}
			}),
		},
	}
	got := read(t, modern)
	if len(got) != 1 {
		t.Fatalf("%d looks", len(got))
	}
	hashes := cmp.FilterPath(func(p cmp.Path) bool { return strings.HasSuffix(p.String(), "SHA256") },
		cmp.Comparer(func(a, b string) bool { return (a == "") == (b == "") }))
	if diff := cmp.Diff(want, got[0], hashes, cmpopts.IgnoreFields(ooni.Look{}, "Session"), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNothingPlantedIsKept looks for what must not be kept in all that would be sent on. Only the query of the URL that
// OONI's list gave, percent-encoded, may stay.
func TestNothingPlantedIsKept(t *testing.T) {
	rows := 0
	for o, err := range ooni.Rows(strings.NewReader(modern), nil, func(reason string) { t.Error(reason) }) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
		line, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, planted := range []string{"PLANTED", "planted", "203.0.113", "10.0.0.1", "Ä", "dns.example"} {
			if strings.Contains(string(line), planted) {
				t.Errorf("kept %q: %s", planted, line)
			}
		}
	}
	if rows != 11 {
		t.Errorf("%d rows, want 11", rows)
	}
}

func TestReadKeepsNamesThatTheSiteItselfSaid(t *testing.T) {
	// The site, over TLS, leads to next.example, which refuses.
	led := func(scheme string) string {
		return strings.Replace(older(`{"queries":[{"hostname":"next.example","query_type":"A","engine":"system","answers":[{"answer_type":"A","ipv4":"93.184.216.35"}],"failure":null,"tags":["depth=1"]}],
"tcp_connect":[{"ip":"93.184.216.35","port":443,"status":{"failure":"connection_refused","success":false},"tags":["depth=1"]}],
"requests":[{"failure":null,"request":{"url":"`+scheme+`://site.example/"},"response":{"code":301,"headers":{"location":"https://next.example/"}},"tags":["depth=0"]}],
"http_experiment_failure":"connection_refused"}`), "https://site", scheme+"://site", 1)
	}
	for scheme, want := range map[string][]string{
		"https": {"next.example", "next.example:443", "https://site.example/"},
		"http":  {"http://site.example/"},
	} {
		var got []string
		for _, r := range read(t, led(scheme))[0].Probe {
			got = append(got, r.Target)
			if r.Kind == measurement.KindHTTP && (r.Failure != measurement.FailureConnectionRefused || r.HTTP.Redirects != 1 || !r.HTTP.Elsewhere || r.HTTP.Plain) {
				t.Errorf("%s: page %+v, %+v", scheme, r, r.HTTP)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", scheme, diff)
		}
	}
}

func TestReadSaysWhatAReaderWasLeftWith(t *testing.T) {
	useless := `"queries":[{"hostname":"site.example","query_type":"A","answers":[{"answer_type":"A","ipv4":"127.0.0.1"}],"failure":null}]`
	refused := `"tcp_connect":[{"ip":"93.184.216.34","port":443,"status":{"failure":"connection_refused","success":false}}]`
	for _, test := range []struct {
		name, keys string
		want       measurement.Failure
	}{
		{"what the test says", `{"requests":null,"http_experiment_failure":"generic_timeout_error",` + refused + `}`, measurement.FailureTimeout},
		{"a resolver's failure", `{"dns_experiment_failure":"android_dns_cache_no_data"}`, measurement.FailureDNSNoAnswer},
		{"an address of no use", `{` + useless + `}`, measurement.FailureDNSBogon},
		{"a connection's failure", `{` + refused + `}`, measurement.FailureConnectionRefused},
		{"a word that is none", `{"http_experiment_failure":"unknown_failure: read tcp 203.0.113.1:5: connection reset by peer"}`, measurement.FailureConnectionReset},
		{"too many redirects", `{"http_experiment_failure":"unknown_failure: stopped after too many redirects"}`, measurement.FailureHTTPTooManyRedirect},
		{"a word of nobody's", `{"http_experiment_failure":"PLANTED"}`, measurement.FailureUnknown},
		{"a request's failure", `{"requests":[{"failure":"eof_error","request":{"url":"https://site.example/"},"response":{"code":null,"body":null,"headers":null}}]}`, measurement.FailureEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			records := read(t, older(test.keys))[0].Probe
			if last := records[len(records)-1]; last.HTTP == nil || last.Failure != test.want {
				t.Errorf("page %+v, want %s", last, test.want)
			}
		})
	}
}

func TestReadControl(t *testing.T) {
	page := `"http_experiment_failure":"eof_error"`
	for _, test := range []struct {
		name, control string
		want          []measurement.Failure
	}{
		{"none", `"control":null`, nil},
		{"failed", `"control_failure":"connection_refused","control":{"http_request":{"status_code":200},"dns":{"failure":null,"addrs":null}}`, nil},
		{"empty", `"control":{}`, nil},
		{"no addresses", `"control":{"http_request":{"failure":"dns_lookup_error","status_code":-1},"dns":{"failure":null,"addrs":[]}}`,
			[]measurement.Failure{measurement.FailureDNSNoAnswer, measurement.FailureDNSServfail}},
		{"names alone", `"control":{"http_request":{"failure":null,"status_code":0},"dns":{"failure":null,"addrs":["edge.site.example"]}}`,
			[]measurement.Failure{measurement.FailureDNSNoAnswer}},
		{"no name", `"control":{"http_request":null,"dns":{"failure":"dns_name_error","addrs":[]}}`, []measurement.Failure{measurement.FailureDNSNXDOMAIN}},
		{"a private address", `"control":{"http_request":{"failure":null,"status_code":"204"},"tcp_connect":{"10.0.0.1:443":{"status":true}},"dns":{"addrs":["127.0.0.1"]}}`,
			[]measurement.Failure{"", ""}},
		{"of another name", `"control":{"tls_handshake":{"93.184.216.34:443":{"server_name":"other.example","status":true}},"dns":{"failure":"dns_server_failure"}}`,
			[]measurement.Failure{measurement.FailureDNSServfailCode}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []measurement.Failure
			for _, r := range read(t, older(`{`+page+`,`+test.control+`}`))[0].Control {
				got = append(got, r.Failure)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadPace(t *testing.T) {
	keys := `{"requests":[{"failure":null,"request":{"url":"https://site.example/"},"response":{"code":200,"body":"x"},"t0":1,"t":9,"transaction_id":4}],
"network_events":[{"operation":"read","num_bytes":9000,"t":0.5,"transaction_id":4},{"operation":"read","num_bytes":8200,"t":2,"transaction_id":4},
{"operation":"write","num_bytes":90000,"t":2,"transaction_id":4},{"operation":"read","num_bytes":90000,"t":2,"transaction_id":5},
{"operation":"read","num_bytes":16384,"t":4,"transaction_id":4}]}`
	records := read(t, older(keys))[0].Probe
	if diff := cmp.Diff([]uint32{1000, 3000, 3000}, records[len(records)-1].HTTP.PaceMS); diff != "" {
		t.Error(diff)
	}
}

func TestReadRecognizesBlockPages(t *testing.T) {
	blockPage := func(header http.Header, body []byte) string {
		if header.Get("server") == "PLANTED" && strings.Contains(string(body), "PLANTED") {
			return "xl-block-1"
		}
		return ""
	}
	for look, err := range ooni.Read(strings.NewReader(modern), blockPage) {
		if err != nil {
			t.Fatal(err)
		}
		if got := look.Probe[len(look.Probe)-1].HTTP.Fingerprint; got != "xl-block-1" {
			t.Errorf("fingerprint %q", got)
		}
	}
}

// A header that stands there twice is read alike each time, or a result would be another one at its next import.
func TestReadTakesTheSameOfTwoHeaders(t *testing.T) {
	text := older(`{"requests":[{"failure":null,"request":{"url":"https://site.example/"},"response":{"code":302,"body":"x","headers":{
		"SERVER":"a","Server":"b","server":"c","LOCATION":"https://a.example/","Location":"https://site.example/b","location":"https://c.example/"}}}]}`)
	seen := map[string]bool{}
	for range 50 {
		server := ""
		for look, err := range ooni.Read(strings.NewReader(text), func(h http.Header, _ []byte) string { server = h.Get("Server"); return "" }) {
			if err != nil {
				t.Fatal(err)
			}
			page := look.Probe[len(look.Probe)-1]
			seen[fmt.Sprint(server, page.HTTP.Elsewhere)] = true
		}
	}
	if len(seen) != 1 {
		t.Errorf("of one file it read %v", seen)
	}
}

// A redirect that makes no sense leads inside all the same, where it names an address that our probes would not follow.
func TestReadKnowsAPortalOfTheHouse(t *testing.T) {
	for location, want := range map[string]measurement.Failure{
		"http://192.168.22.1/User\\u0007%zz": measurement.FailureGuarded, "http://10.0.0.1:8080%zz": measurement.FailureGuarded, "http://printer/%zz": measurement.FailureHTTPInvalidRedirect, "http://portal.lan/%zz": measurement.FailureGuarded,
		"http://10.0.0.1:80/%zz": measurement.FailureGuarded, "http://93.184.216.34/%zz": measurement.FailureHTTPInvalidRedirect, "http://": measurement.FailureHTTPInvalidRedirect,
	} {
		looks := read(t, older(`{"http_experiment_failure":"http_invalid_redirect_url","requests":[{"failure":"http_invalid_redirect_url","request":{"url":"http://site.example/"},
			"response":{"code":302,"headers":{"Location":"`+location+`"}}}]}`))
		if page := looks[0].Probe[len(looks[0].Probe)-1]; page.Failure != want || page.HTTP.Redirects > 0 != (want == measurement.FailureGuarded) {
			t.Errorf("%s: %s after %d redirects, want %s", location, page.Failure, page.HTTP.Redirects, want)
		}
	}
}

func TestReadRecognizesWhereARedirectLeads(t *testing.T) {
	blockPage := func(header http.Header, _ []byte) string {
		if header.Get("Location") == "http://block.example/" {
			return "xl-block-2"
		}
		return ""
	}
	text := older(`{"requests":[{"failure":null,"request":{"url":"http://block.example/"},"response":{"code":200,"body":"Blocked"}},
{"failure":null,"request":{"url":"http://site.example/"},"response":{"code":302,"headers":{"location":"http://block.example/"}}}]}`)
	for look, err := range ooni.Read(strings.NewReader(text), blockPage) {
		if err != nil {
			t.Fatal(err)
		}
		if got := look.Probe[len(look.Probe)-1].HTTP; got.Fingerprint != "xl-block-2" || got.Status != 200 {
			t.Errorf("%+v", got)
		}
	}
}

func TestReadSkips(t *testing.T) {
	other := func(old, replacement string) string { return strings.Replace(older(`{}`), old, replacement, 1) }
	for _, test := range []struct{ name, text, want string }{
		{"another test", other("web_connectivity", "signal"), "test signal"},
		{"a test with a name that is none", other("web_connectivity", `\u0000 /`), "test unnamed"},
		{"no keys", older(`null`), "without test keys"},
		{"keys that are a list", older(`[]`), "without test keys"},
		{"no steps", older(`{}`), "without a step that can be read"},
		{"steps of no kind", older(`{"queries":7,"requests":{},"tcp_connect":[[],null,{"ip":"x"}],"tls_handshakes":"","control":[]}`), "without a step that can be read"},
		{"no time", other("2019-07-17 11:55:18", "yesterday"), "without a time"},
		{"a time that cannot be", other("2019-07-17", "0019-07-17"), "without a time"},
		{"no URL", other("https://site.example/", "torproject"), "input is no URL"},
		{"a list of inputs", other(`"https://site.example/"`, `["a","b"]`), "input is no URL"},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := 0
			for _, err := range ooni.Read(strings.NewReader(test.text+"\n"+modern), nil) {
				reason, skipped := errors.AsType[ooni.SkipError](err)
				if n == 0 && (!skipped || string(reason) != test.want) {
					t.Errorf("%v, want it skipped: %s", err, test.want)
				}
				if n == 1 && err != nil {
					t.Errorf("the next one: %v", err)
				}
				n++
			}
			if n != 2 {
				t.Errorf("%d results, want 2", n)
			}
		})
	}
}

func TestReadPassesOverAByteOrderMark(t *testing.T) {
	if got := read(t, "\ufeff"+modern); len(got) != 1 {
		t.Errorf("%d looks, want 1", len(got))
	}
}

func TestReadRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "line 1: the file is empty, expected results of OONI in JSON: fetch it again"},
		{"spaces", " \n\n", "line 3: the file is empty"},
		{"CSV", "a,b\n", "line 1: begins with 'a'"},
		{"an array", "[" + modern + "]", "line 1: begins with '[', expected { of a result of OONI in JSON: give one result after the other"},
		{"cut short", modern[:len(modern)-1], "the file ends in the middle of the result that begins on line 1: fetch it again"},
		{"not JSON", modern + "\n{\n\"a\": 1,\n b}", "line 23: not JSON: fetch the file again"},
		{"another object", modern + "\n\n{\"t\":1}", "line 22: test_name or data_format_version is missing"},
		{"more after it", modern + "x", "line 20: begins with 'x'"},
		{"an endless object", `{"a":"` + strings.Repeat("x", 33<<20), "line 1: a result has more than 33554432 bytes, which no result of OONI has: leave it out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var last error
			for _, err := range ooni.Read(strings.NewReader(test.text), nil) {
				last = err
			}
			if last == nil || !strings.Contains(last.Error(), test.want) {
				t.Errorf("%v, want %q", last, test.want)
			}
		})
	}
}

func rows(t *testing.T, text string) (all []observation.Observation) {
	t.Helper()
	for o, err := range ooni.Rows(strings.NewReader(text), nil, func(string) {}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

// TestRowsAreNamedByWhatTheySay checks that the layout of a file changes no id, and that another report does.
func TestRowsAreNamedByWhatTheySay(t *testing.T) {
	var object any
	if err := json.Unmarshal([]byte(modern), &object); err != nil {
		t.Fatal(err)
	}
	laidOut, err := json.MarshalIndent(object, "\t", "  ")
	if err != nil {
		t.Fatal(err)
	}
	first := rows(t, modern)
	address := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	if diff := cmp.Diff(first, rows(t, string(laidOut)), address); diff != "" {
		t.Error(diff)
	}
	other := rows(t, strings.Replace(modern, "n1_PLANTED", "n1_OTHER", 1))
	ids := map[[16]byte]bool{}
	for _, o := range append(first, other...) {
		if ids[o.ID] {
			t.Errorf("id %x stands twice", o.ID)
		}
		ids[o.ID] = true
	}
	for i, o := range first {
		if control := o.Vantage == "control"; control != (i >= 6) || control != (o.Country == "ZZ") || o.Source != "ooni" || o.Validate() != nil {
			t.Errorf("row %d: %s of %s, %s: %v", i, o.Vantage, o.Country, o.Source, o.Validate())
		}
	}
}

// TestPublished reads every result that lies beside the repository.
func TestPublished(t *testing.T) {
	files, err := filepath.Glob("../../../../../shared/data/ooni/[sme]*/*.json*")
	if err != nil || len(files) == 0 {
		t.Skip("no results of OONI are beside the repository")
	}
	read := 0
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for o, err := range ooni.Rows(file, nil, func(string) {}) {
			if err != nil && !strings.HasPrefix(filepath.Base(name), "http_exchange") {
				t.Errorf("%s: %v", name, err)
			}
			if err == nil && o.Validate() != nil {
				t.Errorf("%s: %v", name, o.Validate())
			}
			read++
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	if read < 300 {
		t.Errorf("%d rows in %d files", read, len(files))
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(modern))
	f.Add([]byte(older(`{"queries":[{"hostname":"site.example","query_type":"A","answers":[{"ipv4":"93.184.216.34"}]}],"control":{"dns":{"addrs":["93.184.216.34"]}}}`)))
	f.Add([]byte(older(`{"queries":"7","requests":[{"response":{"code":"301","body":{"data":"eA==","format":"base64"}}}]}`)))
	f.Add([]byte(`{"test_name":"signal","data_format_version":1}{}`))
	blockPage := func(http.Header, []byte) string { return "" }
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<18 {
			t.Skip()
		}
		var first []observation.Observation
		for again := range 2 {
			var all []observation.Observation
			for o, err := range ooni.Rows(strings.NewReader(string(data)), blockPage, func(reason string) {
				if len(reason) > 64 {
					t.Errorf("reason of %d bytes", len(reason))
				}
			}) {
				if err != nil {
					break
				}
				if err := o.Validate(); err != nil {
					t.Fatalf("a row that no table holds: %v: %+v", err, o.Record)
				}
				if _, err := measurement.EncodeRecord(&o.Record); err != nil {
					t.Fatalf("a record that cannot be written: %v", err)
				}
				all = append(all, o)
			}
			if again == 0 {
				first = all
			} else if len(first) != len(all) {
				t.Fatal("the same file gave other rows")
			}
		}
	})
}
