package statuspage_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/report"
	"github.com/lamplight-net/lamplight/probes/internal/statuspage"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// stage is a page that listens, and what was asked of its probe.
type stage struct {
	base, token     string
	pauses          []time.Time
	reloads, stops  int
	pauseErr        error
	report          report.Report
	now             time.Time
	client, browser *http.Client
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func serve(t *testing.T) *stage {
	t.Helper()
	s := &stage{report: full(), now: now}
	listener, err := statuspage.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	page, err := statuspage.New(statuspage.Probe{
		Report: func() report.Report { return s.report }, Now: func() time.Time { return s.now },
		Pause:  func(until time.Time) error { s.pauses = append(s.pauses, until); return s.pauseErr },
		Reload: func() { s.reloads++ }, Stop: func() { s.stops++ },
	}, listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- page.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	s.base, s.token = "http://"+listener.Addr().String(), page.Token()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	s.browser = &http.Client{Jar: jar}
	return s
}

func full() report.Report {
	return report.Report{
		Software: "lamplight-probe/test", Running: true, Joined: true, List: "ke-3",
		Consent: report.Consent{Agreed: "1-aabbccdd", Day: "2026-02-28", Asked: "1-aabbccdd"},
		Network: measurement.Network{Country: "KE", ASN: 64500, Type: measurement.NetworkMobile},
		Today:   report.Today{SentBytes: 1_200_000, ReceivedBytes: 6_100_000, BudgetBytes: 20_000_000},
		Queue:   report.Queue{Batches: 1, Bytes: 13_000, Dropped: 2}, Delivered: now.Add(-time.Hour), Trouble: "the gateway could not be reached <b>",
		Checks: []report.Check{
			{At: now, Kind: measurement.KindBeat, Domestic: &measurement.Reach{Tried: 2, Answered: 2}, Foreign: &measurement.Reach{Tried: 3}},
			{At: now.Add(-time.Minute), Kind: measurement.KindHTTP, Class: measurement.ClassForeign, Failure: measurement.FailureTimeout},
			{At: now.Add(-2 * time.Minute), Kind: measurement.KindHTTP, Class: measurement.ClassService},
		},
	}
}

func (s *stage) do(t *testing.T, client *http.Client, method, path string, header map[string]string, form url.Values) (int, string, http.Header) {
	t.Helper()
	target := path
	if !strings.HasPrefix(path, "http") {
		target = s.base + path
	}
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range header {
		if name == "Host" {
			request.Host = value
		}
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body), response.Header
}

// address asks for an address of the page, as a command does.
func (s *stage) address(t *testing.T) string {
	t.Helper()
	status, pass, _ := s.do(t, s.client, "POST", "/v1/open", map[string]string{"Authorization": "Bearer " + s.token}, nil)
	if status != 200 || pass == "" || strings.Contains(pass, s.token) {
		t.Fatalf("status %d, pass %q", status, pass)
	}
	return "/?pass=" + pass
}

// enter opens the page as a browser does, and returns it with the path behind the gate.
func (s *stage) enter(t *testing.T) (path, body string) {
	t.Helper()
	address := s.address(t)
	status, body, _ := s.do(t, s.browser, "GET", address, nil, nil)
	if status != 200 {
		t.Fatalf("the page does not open: %d", status)
	}
	_, _, header := s.do(t, s.client, "GET", address, nil, nil)
	return header.Get("Location"), body
}

// Whoever does not bring what only the volunteer has, gets nothing, whatever else they try.
func TestGate(t *testing.T) {
	s := serve(t)
	inside, page := s.enter(t)
	address := s.address(t)
	form := regexp.MustCompile(`name="form" value="([^"]+)"`).FindStringSubmatch(page)[1]
	bearer := map[string]string{"Authorization": "Bearer " + s.token}
	host := strings.TrimPrefix(s.base, "http://")
	port := host[strings.LastIndex(host, ":"):]
	with := func(name, value string) map[string]string {
		return map[string]string{"Authorization": "Bearer " + s.token, name: value}
	}
	tests := []struct {
		name, method, path string
		header             map[string]string
		form               url.Values
		browser            bool
		want               int
	}{
		{"no pass", "GET", "/", nil, nil, false, 403},
		{"a wrong pass", "GET", address + "A", nil, nil, false, 403},
		{"an empty pass", "GET", "/?pass=", nil, nil, false, 403},
		{"a pass", "GET", address, nil, nil, false, 303},
		{"the token in an address", "GET", "/?pass=" + s.token + "&token=" + s.token, nil, nil, false, 403},
		{"a pass without a token", "POST", "/v1/open", nil, nil, true, 403},
		{"no cookie", "GET", inside, nil, nil, false, 403},
		{"the cookie", "GET", inside, nil, nil, true, 200},
		{"the style", "GET", inside + "style.css", nil, nil, true, 200},
		{"another path", "GET", "/elsewhere", nil, nil, true, 403},
		{"a guessed path", "GET", "/AAAA/", nil, nil, true, 403},
		{"rebinding", "GET", address, map[string]string{"Host": "evil.example" + port}, nil, false, 403},
		{"rebinding, as a command", "GET", "/v1/status", with("Host", "evil.example"+port), nil, false, 403},
		{"another port", "GET", "/v1/status", with("Host", "127.0.0.1:1"), nil, false, 403},
		{"another loopback address", "GET", "/v1/status", with("Host", "127.0.0.2"+port), nil, false, 403},
		{"its other name", "GET", "/v1/status", with("Host", "localhost"+port), nil, false, 200},
		{"a command without token", "GET", "/v1/status", nil, nil, false, 403},
		{"a command with a cookie", "GET", "/v1/status", nil, nil, true, 403},
		{"a command", "GET", "/v1/status", bearer, nil, false, 200},
		{"a command with a wrong token", "GET", "/v1/status", map[string]string{"Authorization": "Bearer " + form}, nil, false, 403},
		{"a made-up cookie", "GET", inside, map[string]string{"Cookie": "lamplight=" + s.token}, nil, false, 403},
		{"a form without its token", "POST", inside + "pause", nil, url.Values{"minutes": {"60"}}, true, 403},
		{"a form with a wrong one", "POST", inside + "pause", nil, url.Values{"minutes": {"60"}, "form": {"x"}}, true, 403},
		{"a form of another site", "POST", inside + "pause", map[string]string{"Sec-Fetch-Site": "cross-site"}, url.Values{"minutes": {"60"}, "form": {form}}, true, 403},
		{"a form of another port", "POST", inside + "pause", map[string]string{"Origin": "http://127.0.0.1:1"}, url.Values{"minutes": {"60"}, "form": {form}}, true, 403},
		{"a form without a cookie", "POST", inside + "pause", nil, url.Values{"minutes": {"60"}, "form": {form}}, false, 403},
		{"a pause by link", "GET", inside + "pause?minutes=60&form=" + form, nil, nil, true, 403},
		{"a form's token in the address", "POST", inside + "pause?form=" + form, nil, url.Values{"minutes": {"60"}}, true, 403},
		{"too long a pause", "POST", inside + "pause", nil, url.Values{"minutes": {"61"}, "form": {form}}, true, 400},
		{"no number", "POST", inside + "pause", nil, url.Values{"minutes": {"x"}, "form": {form}}, true, 400},
		{"a huge form", "POST", inside + "pause", nil, url.Values{"form": {strings.Repeat("x", 1<<12)}}, true, 403},
		{"stop by browser", "POST", "/v1/stop", nil, url.Values{"form": {form}}, true, 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client := s.client
			if test.browser {
				client = s.browser
			}
			got, body, header := s.do(t, client, test.method, test.path, test.header, test.form)
			if got != test.want {
				t.Errorf("status %d, want %d", got, test.want)
			}
			if got == 403 && (strings.Contains(body, "KE") || strings.Contains(body, s.token)) {
				t.Errorf("who is refused learns something: %s", body)
			}
			if policy := header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || header.Get("Cache-Control") != "no-store" {
				t.Errorf("policy %q, cache %q", policy, header.Get("Cache-Control"))
			}
		})
	}
	if len(s.pauses)+s.stops+s.reloads > 0 {
		t.Errorf("something was done: %v, %d stops, %d reloads", s.pauses, s.stops, s.reloads)
	}
}

// What a browser keeps in its history opens nothing later, and does not say what it was.
func TestPass(t *testing.T) {
	s := serve(t)
	if status, _, _ := s.do(t, s.client, "GET", "/?pass=", nil, nil); status != 403 {
		t.Errorf("before there was a pass: status %d", status)
	}
	first := s.address(t)
	second := s.address(t)
	for address, want := range map[string]int{first: 403, second: 303} {
		if status, _, _ := s.do(t, s.client, "GET", address, nil, nil); status != want {
			t.Errorf("%s: status %d, want %d", address, status, want)
		}
	}
	s.now = now.Add(5*time.Minute - time.Second)
	status, page, _ := s.do(t, s.browser, "GET", second, nil, nil)
	if title := regexp.MustCompile("<title>(.*)</title>").FindStringSubmatch(page); status != 200 || strings.Contains(title[1], "robe") {
		t.Errorf("status %d, title %q", status, title)
	}
	s.now = now.Add(5 * time.Minute)
	if status, _, _ := s.do(t, s.client, "GET", second, nil, nil); status != 403 {
		t.Errorf("after five minutes: status %d", status)
	}
}

// The cookie is for this page and these visits alone.
func TestCookie(t *testing.T) {
	s := serve(t)
	_, _, header := s.do(t, s.client, "GET", s.address(t), nil, nil)
	cookie := header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=" + header.Get("Location")} {
		if !strings.Contains(cookie, want) {
			t.Errorf("%q has no %s", cookie, want)
		}
	}
	if strings.Contains(cookie, s.token) || len(header.Get("Location")) < 20 {
		t.Errorf("the cookie %q is the token, or its path %q can be guessed", cookie, header.Get("Location"))
	}
}

func TestButtonsAndCommands(t *testing.T) {
	s := serve(t)
	inside, page := s.enter(t)
	form := regexp.MustCompile(`name="form" value="([^"]+)"`).FindStringSubmatch(page)[1]
	bearer := map[string]string{"Authorization": "Bearer " + s.token}
	until := now.Add(90 * time.Minute)
	for _, step := range []struct {
		client       *http.Client
		path         string
		header       map[string]string
		form         url.Values
		want, pauses int
	}{
		{s.browser, inside + "pause", nil, url.Values{"form": {form}, "minutes": {"60"}}, 200, 1}, // back on the page
		{s.browser, inside + "resume", nil, url.Values{"form": {form}}, 200, 2},
		{s.client, "/v1/pause", bearer, url.Values{"until": {until.Format(time.RFC3339)}}, 204, 3},
		{s.client, "/v1/pause", bearer, url.Values{"until": {"soon"}}, 400, 3},
		{s.client, "/v1/reload", bearer, url.Values{}, 204, 3},
		{s.client, "/v1/stop", bearer, url.Values{}, 204, 3},
	} {
		if got, body, _ := s.do(t, step.client, "POST", step.path, step.header, step.form); got != step.want {
			t.Errorf("%s: status %d, want %d: %s", step.path, got, step.want, body)
		}
		if len(s.pauses) != step.pauses {
			t.Fatalf("%s: %d pauses, want %d", step.path, len(s.pauses), step.pauses)
		}
	}
	if !s.pauses[0].Equal(now.Add(time.Hour)) || !s.pauses[1].IsZero() || !s.pauses[2].Equal(until) || s.reloads != 1 || s.stops != 1 {
		t.Errorf("pauses %v, %d reloads, %d stops", s.pauses, s.reloads, s.stops)
	}
	s.pauseErr = errors.New("too long")
	if got, body, _ := s.do(t, s.client, "POST", "/v1/pause", bearer, url.Values{"until": {until.Format(time.RFC3339)}}); got != 400 || !strings.Contains(body, "too long") {
		t.Errorf("a pause that fails: %d, %s", got, body)
	}
	if got, body, _ := s.do(t, s.browser, "POST", inside+"pause", nil, url.Values{"form": {form}, "minutes": {"60"}}); got != 500 || !strings.Contains(body, "too long") {
		t.Errorf("a pause that fails, on the page: %d, %s", got, body)
	}
}

// The page says what matters, escapes what it is given, and loads nothing.
func TestPage(t *testing.T) {
	s := serve(t)
	_, page := s.enter(t)
	for _, want := range []string{
		"Running.", "7.3 of 20 MB", "KE, AS64500, mobile", "1 batch, under 0.1 MB; 2 given up", "2026-03-01 11:00 UTC", "reached &lt;b&gt;",
		"2 of 2 in the country, 0 of 3 abroad", "no answer came in time", "opened", "lamplight-probe wipe", "1 hour",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if bad := regexp.MustCompile(`<script|https?://|javascript:|<b>| on[a-z]+=`).FindString(page); bad != "" {
		t.Errorf("the page holds %q", bad)
	}
	s.report.At, s.report.Pace = now.Add(4*time.Minute), report.Pace{Pace: plan.Quick, Reason: plan.BecauseChanged, Changed: now}
	if _, page = s.enter(t); !strings.Contains(page, "<p>Measuring more often: something changed 4 minutes ago.</p>") {
		t.Errorf("the page does not say that it measures more often:\n%s", page)
	}
	s.report.Suspended = "the text changed"
	if _, page = s.enter(t); !strings.Contains(page, "Measures nothing: the text changed.") || !strings.Contains(page, "1 hour") {
		t.Errorf("a suspended probe's page:\n%s", page)
	}
	s.report.PausedUntil = now
	if _, page = s.enter(t); !strings.Contains(page, "Paused until 2026-03-01 12:00 UTC, and then measures nothing: the text changed.") {
		t.Errorf("the page of a suspended probe that is paused:\n%s", page)
	}
	s.report.Suspended = ""
	if _, page = s.enter(t); !strings.Contains(page, "Paused until 2026-03-01 12:00 UTC.") || !strings.Contains(page, "Go on now") {
		t.Errorf("a paused probe's page:\n%s", page)
	}
}

// It listens on this machine alone.
func TestListen(t *testing.T) {
	for _, address := range []string{"", "0.0.0.0:0", "192.0.2.1:80", "[::1]:0", "localhost:0", ":0", "127.0.0.1"} {
		if l, err := statuspage.Listen(t.Context(), address); err == nil {
			_ = l.Close()
			t.Errorf("listens on %q", address)
		}
	}
	if _, err := statuspage.New(statuspage.Probe{}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}); err == nil {
		t.Error("a page for another machine's address")
	}
	l, err := statuspage.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := statuspage.Listen(t.Context(), l.Addr().String()); err == nil || !strings.Contains(err.Error(), "is taken") {
		t.Errorf("a port that is taken: %v", err)
	}
}
