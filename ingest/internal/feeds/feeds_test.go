package feeds_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds"
	"github.com/lamplight-net/lamplight/ingest/internal/observation"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Made-up recordings, one of each kind.
const (
	signals = "timestamp,bgp,LABEL\n1735689600,2917,0\n1735689900,,1\n"
	events  = `{"msm_id":7000,"type":"connection","prb_id":11,"event":"connect","asn":64501,"prefix":"198.51.100.0/24","timestamp":1735689601}` + "\n"
	results = `{"test_name":"signal","data_format_version":"0.2.0"}` + "\n" + `{"test_name":"web_connectivity","data_format_version":"0.2.0","input":"https://site.example/",` +
		`"measurement_start_time":"2024-02-12 20:33:47","probe_cc":"XL","test_keys":{"http_experiment_failure":"eof_error"}}` + "\n"
	reports = "start_date,end_date,country,geo_scope,area_name,shutdown_type,shutdown_extent,affected_network,actual_cause," +
		"event,info_source_link,an_link,other_affected,facebook_affected,twitter_affected,whatsapp_affected,instagram_affected,telegram_affected\n" +
		`2021-03-04,\N,Kenya,\N,Nationwide,Shutdown,Full network,Mobile,\N,\N,\N,\N,\N,No,No,No,No,No` + "\n" +
		`2021-03-04,\N,Atlantis,\N,Nationwide,Shutdown,Full network,Mobile,\N,\N,\N,\N,\N,No,No,No,No,No` + "\n"
)

func save(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recording")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pack(t *testing.T, content string) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// open opens a recording, and closes it at the end of the test.
func open(t *testing.T, kind feeds.Kind, from string, o feeds.Options) *feeds.Recording {
	t.Helper()
	r, err := feeds.Open(t.Context(), kind, from, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func rows(t *testing.T, r *feeds.Recording) (all []any) {
	t.Helper()
	for row, err := range r.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

func TestKinds(t *testing.T) {
	for _, test := range []struct {
		kind    feeds.Kind
		content string
		options feeds.Options
		row     any
		want    feeds.Result
	}{
		{feeds.KindIODA, signals, feeds.Options{Entity: "country/IQ"}, store.Signal{}, feeds.Result{Taken: 1, Skipped: map[string]int{"empty": 1, "other column": 2}}},
		{feeds.KindAtlas, events, feeds.Options{Country: "KE"}, store.AtlasConnection{}, feeds.Result{Taken: 1, Skipped: map[string]int{}}},
		{feeds.KindSTOP, reports, feeds.Options{}, store.Report{}, feeds.Result{Taken: 1, Skipped: map[string]int{"unknown country": 1}}},
		{feeds.KindOONI, results, feeds.Options{}, observation.Observation{}, feeds.Result{Taken: 1, Skipped: map[string]int{"test signal": 1}}},
	} {
		t.Run(string(test.kind), func(t *testing.T) {
			plain := open(t, test.kind, save(t, test.content), test.options)
			if diff := cmp.Diff(test.want, plain.Result()); diff != "" {
				t.Error(diff)
			}
			first := rows(t, plain)
			if len(first) != 1 || cmp.Diff(typeName(test.row), typeName(first[0])) != "" {
				t.Errorf("rows %v, want one %T", first, test.row)
			}
			if diff := cmp.Diff(first, rows(t, plain)); diff != "" {
				t.Error("the same recording twice gives other rows", diff)
			}
			packed := open(t, test.kind, save(t, pack(t, test.content)), test.options)
			if diff := cmp.Diff(first, rows(t, packed)); diff != "" {
				t.Error("packed, the recording gives other rows", diff)
			}
		})
	}
}

func typeName(v any) string {
	switch v.(type) {
	case store.Signal:
		return "signal"
	case store.AtlasConnection:
		return "connection"
	case store.Report:
		return "report"
	case observation.Observation:
		return "observation"
	}
	return "none"
}

func TestAtlasCountry(t *testing.T) {
	located := func(netip.Addr) (string, error) { return "XL", nil }
	for name, test := range map[string]struct {
		options feeds.Options
		want    string
	}{
		"declared":             {feeds.Options{Country: "KE"}, "KE"},
		"located":              {feeds.Options{Locate: located}, "XL"},
		"declared and located": {feeds.Options{Country: "KE", Locate: located}, "KE"},
	} {
		row := rows(t, open(t, feeds.KindAtlas, save(t, events), test.options))[0].(store.AtlasConnection)
		if row.Country != test.want {
			t.Errorf("%s: %s, want %s", name, row.Country, test.want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	good := save(t, signals)
	iraq := feeds.Options{Entity: "country/IQ"}
	for _, test := range []struct {
		name    string
		kind    feeds.Kind
		from    string
		options feeds.Options
		want    string
	}{
		{"a kind that is none", "ripe", good, iraq, `"ripe" is not a kind of recording: give ioda, atlas, stop or ooni`},
		{"no entity", feeds.KindIODA, good, feeds.Options{}, "--entity"},
		{"no place", feeds.KindAtlas, save(t, events), feeds.Options{}, "give --country"},
		{"no code", feeds.KindAtlas, save(t, events), feeds.Options{Country: "Kenya"}, "--country"},
		{"no file", feeds.KindIODA, filepath.Join(t.TempDir(), "absent"), iraq, "no such file"},
		{"a folder", feeds.KindIODA, t.TempDir(), iraq, "is a folder"},
		{"another scheme", feeds.KindIODA, "ftp://192.0.2.1/x", iraq, "neither a file nor an http"},
		{"another kind", feeds.KindSTOP, good, feeds.Options{}, "line 1: not Access Now's STOP"},
		{"a bad last line", feeds.KindIODA, save(t, signals+"1735690200,x,0\n"), iraq, "line 4: bgp"},
		{"packed signals, cut short", feeds.KindIODA, save(t, pack(t, signals)[:30]), iraq, "unexpected EOF"},
		{"packed events, cut short", feeds.KindAtlas, save(t, pack(t, events)[:30]), feeds.Options{Country: "KE"}, "unexpected EOF"},
		{"packed reports, cut short", feeds.KindSTOP, save(t, pack(t, reports)[:30]), feeds.Options{}, "unexpected EOF"},
		{"packed and damaged", feeds.KindIODA, save(t, "\x1f\x8b"+signals), iraq, "unpack"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := feeds.Open(t.Context(), test.kind, test.from, test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Open = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestDownload(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/signals.csv.gz", http.StatusFound)
		case "/signals.csv.gz":
			_, _ = w.Write([]byte(pack(t, signals)))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	iraq := feeds.Options{Entity: "country/IQ"}
	if got := rows(t, open(t, feeds.KindIODA, server.URL+"/moved", iraq)); len(got) != 1 {
		t.Errorf("%d rows, want 1", len(got))
	}
	if _, err := feeds.Open(t.Context(), feeds.KindIODA, server.URL+"/absent", iraq); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("Open = %v, want the server's 404", err)
	}
}

func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(path, []byte(signals), 0o600) }()
	if got := rows(t, open(t, feeds.KindIODA, path, feeds.Options{Entity: "country/IQ"})); len(got) != 1 {
		t.Errorf("%d rows, want 1", len(got))
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}

func TestProgress(t *testing.T) {
	last := make(map[string]int64)
	path := save(t, signals)
	r := open(t, feeds.KindIODA, path, feeds.Options{Entity: "country/IQ", Progress: func(step string, done, total int64) {
		if total != int64(len(signals)) || done < last[step] {
			t.Errorf("%s: %d of %d after %d, want to go up to %d", step, done, total, last[step], len(signals))
		}
		last[step] = done
	}})
	rows(t, r)
	if diff := cmp.Diff(map[string]int64{"check": int64(len(signals)), "import": int64(len(signals))}, last); diff != "" {
		t.Error(diff)
	}
}

func TestOpenStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := feeds.Open(ctx, feeds.KindIODA, save(t, signals), feeds.Options{Entity: "country/IQ"}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open = %v, want %v", err, context.Canceled)
	}
}
