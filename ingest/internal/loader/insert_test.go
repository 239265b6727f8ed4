package loader

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// withTables returns a loader that can do no more than insert.
func withTables(t *testing.T) *Loader {
	t.Helper()
	db := storetest.Open(t, store.MigrateIngest)
	m, err := newMetrics(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return &Loader{db: db, log: slog.New(slog.DiscardHandler), metrics: m}
}

// monthly returns a signal in each of n months from January 1990.
func monthly(n int) []store.Signal {
	var out []store.Signal
	for i := range n {
		out = append(out, store.Signal{
			Source: "ioda", EntityType: "country", EntityCode: "XL", Name: "bgp", Value: float64(i),
			At: time.Date(1990, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC), ReceivedAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		})
	}
	return out
}

func values(t *testing.T, l *Loader) []float64 {
	t.Helper()
	type row struct {
		Value float64 `ch:"value"`
	}
	rows, err := store.Collect(store.Select[row](t.Context(), l.db, "SELECT value FROM v_signals ORDER BY value"))
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, r := range rows {
		out = append(out, r.Value)
	}
	return out
}

// A recording of decades comes in although ClickHouse refuses an insert into more than 100 partitions.
func TestInsertOfManyMonths(t *testing.T) {
	l := withTables(t)
	const months = 120
	late := monthly(months)
	slices.Reverse(late)
	b := &block{rows: rows{signals: late}}
	if err := l.insert(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if got := values(t, l); len(got) != months || len(b.dead) != 0 {
		t.Errorf("%d rows of %d, %d dead letters", len(got), months, len(b.dead))
	}
}

// A row that ClickHouse refuses is a dead letter, and costs no other row.
func TestRefusedRows(t *testing.T) {
	l := withTables(t)
	if err := l.db.Exec(t.Context(), "ALTER TABLE signals ADD CONSTRAINT small CHECK value != 3 AND value != 7"); err != nil {
		t.Fatal(err)
	}
	b := &block{rows: rows{signals: monthly(10)}}
	if err := l.insert(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{0, 1, 2, 4, 5, 6, 8, 9}, values(t, l)); diff != "" {
		t.Error(diff)
	}
	if got := testutil.ToFloat64(l.metrics.rows.WithLabelValues(store.TableSignals)); got != 8 {
		t.Errorf("%v rows counted", got)
	}
	if len(b.dead) != 2 {
		t.Fatalf("%d dead letters", len(b.dead))
	}
	m := b.dead[0].whole()
	table, _ := m.Header(headerTable)
	reason, _ := m.Header(headerReason)
	if string(table) != "signals" || !strings.Contains(string(reason), "small") || !strings.Contains(string(m.Value), "Value:3") {
		t.Errorf("dead letter %q of table %q: %s", reason, table, m.Value)
	}
	for _, name := range []string{headerTopic, headerPartition, headerOffset} {
		if value, ok := m.Header(name); ok {
			t.Errorf("a row's letter claims %s %q", name, value)
		}
	}
}

// Where the table itself is wrong, the topic is not emptied into dead letters.
func TestRefusedTable(t *testing.T) {
	l := withTables(t)
	if err := l.db.Exec(t.Context(), "ALTER TABLE signals ADD CONSTRAINT nothing CHECK value < 0"); err != nil {
		t.Fatal(err)
	}
	b := &block{rows: rows{signals: monthly(maxRefused + 1)}}
	err := l.insert(t.Context(), b)
	if !errors.Is(err, errGiveUp) || !strings.Contains(err.Error(), "table signals") {
		t.Errorf("got %v", err)
	}
	if _, err := l.insist(t.Context(), step{"insert", l.insert}, &block{rows: rows{signals: monthly(maxRefused + 1)}}); !errors.Is(err, errGiveUp) {
		t.Errorf("insisted: %v", err)
	}
}

func TestByMonths(t *testing.T) {
	at := func(s *store.Signal) time.Time { return s.At }
	for _, test := range []struct {
		name string
		rows []store.Signal
		at   func(*store.Signal) time.Time
		want string
	}{
		{"no rows", nil, at, "0-0 "},
		{"a table without partitions", monthly(120), nil, "0-120 "},
		{"as many as may be", slices.Repeat(monthly(maxPartitions), 2), at, "0-100 "},
		{"one more", slices.Repeat(monthly(maxPartitions+1), 2), at, "0-100 100-102 "},
		{"many more", monthly(120), at, "0-50 50-100 100-120 "},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			for from, to := range byMonths(test.rows, test.at) {
				got += fmt.Sprintf("%d-%d ", from, to)
			}
			if got != test.want {
				t.Errorf("pieces %s, want %s", got, test.want)
			}
		})
	}
}
