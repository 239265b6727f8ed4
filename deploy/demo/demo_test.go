package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// stage is a day that is over in a moment, with a site that shows what was found.
type stage struct {
	began   time.Time
	found   []incident.Incident
	reports atomic.Int32
}

const speed = 10 * 3600 // the stage's seconds in one of the machine's

func (s *stage) now() time.Time { return day.Add(time.Since(s.began) * speed) }

func (s *stage) sleepUntil(ctx context.Context, t time.Time) error {
	return sleep(ctx, t.Sub(s.now())/speed)
}

func (s *stage) serve(t *testing.T, page func(incident.Incident) string) *httptest.Server {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, i := range s.found {
			if r.URL.Path == "/i/"+i.ID {
				_, _ = fmt.Fprint(w, page(i))
				return
			}
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(site.Close)
	return site
}

func (s *stage) config(site string, out *bytes.Buffer) Config {
	staged := make(chan struct{})
	close(staged)
	return Config{
		Out: out, Opening: "Lampland has 45 volunteers.", Countries: map[string]string{"XL": "Lampland"},
		Acts: story(), End: at(10, 30), Now: s.now, SleepUntil: s.sleepUntil, Staged: staged, Site: site, Once: true,
		Pace: func() float64 { return 1 }, Blind: func() []Span { return nil },
		Incidents: func(context.Context) ([]incident.Incident, error) { return s.found, nil },
		Report: func(_ context.Context, list []byte) error {
			s.reports.Store(int32(bytes.Count(list, []byte("\n"))) - 1)
			return nil
		},
	}
}

func TestStoryToldRight(t *testing.T) {
	if testing.Short() {
		t.Skip("watches for wrong conclusions for some seconds")
	}
	s := &stage{began: time.Now(), found: allFound(nil)}
	site := s.serve(t, func(i incident.Incident) string { return "<h1>" + i.PlaceName + "</h1>" + i.Reports[0].Link })
	var out bytes.Buffer
	if err := Run(t.Context(), s.config(site.URL, &out)); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	if n := s.reports.Load(); n != 3 {
		t.Errorf("%d reports in the end, want 3", n)
	}
	for _, want := range []string{
		"45 volunteers", "HAPPENS: All of Lampland goes dark.", "all of Lampland is dark since 01:00",
		site.URL + "/i/i-0100", "VERDICT", "Our own gateway is away",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not told:\n%s", want, &out)
		}
	}
}

func TestPagesAreLookedAt(t *testing.T) {
	s := &stage{found: allFound(nil)}
	for name, test := range map[string]struct {
		page func(incident.Incident) string
		want string
	}{
		"no place":  {func(i incident.Incident) string { return i.Reports[0].Link }, "does not name Lampland"},
		"no report": {func(i incident.Incident) string { return i.PlaceName }, "does not show the report"},
	} {
		cfg := s.config(s.serve(t, test.page).URL, new(bytes.Buffer))
		o := assess(t.Context(), &cfg, s.found)
		if o.ok() || !strings.Contains(o.verdicts[0].problem, test.want) {
			t.Errorf("%s: %q", name, o.verdicts[0].problem)
		}
	}
	cfg := s.config(s.serve(t, nil).URL+"/elsewhere", new(bytes.Buffer))
	if o := assess(t.Context(), &cfg, s.found); !strings.Contains(o.verdicts[0].problem, "404") {
		t.Errorf("no page: %q", o.verdicts[0].problem)
	}
}

func TestRunEnds(t *testing.T) {
	s := &stage{began: time.Now()}
	ctx, cancel := context.WithCancel(t.Context())
	cfg := s.config("http://127.0.0.1:1", new(bytes.Buffer))
	cfg.Staged = make(chan struct{}) // the day never begins
	done := make(chan error)
	go func() { done <- Run(ctx, cfg) }()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("interrupted before the day: %v", err)
	}

	broken := errors.New("database is away")
	cfg = s.config("http://127.0.0.1:1", new(bytes.Buffer))
	cfg.Incidents = func(context.Context) ([]incident.Incident, error) { return nil, broken }
	if err := Run(t.Context(), cfg); !errors.Is(err, broken) {
		t.Errorf("incidents not to be had: %v", err)
	}
}
