package outbox_test

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

var offlineDays = flag.Int("days", 5, "days that TestLongOffline simulates; the figure is of 400")

// TestLongOffline measures for weeks without a gateway: the outbox keeps its bound, every transition, the first and
// the last unit, and an even rest. A unit is what the built-in plan brings in five minutes. The bound is that of
// 400 days, for as many days as are simulated.
func TestLongOffline(t *testing.T) {
	folder := outbox.MemoryFolder(t)
	cfg := config()
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	at := &moment{begin}
	cfg.Clock = at
	cfg.MaxBytes = outbox.DefaultMaxBytes * int64(*offlineDays) / 400
	box := openWith(t, folder, cfg)
	end := begin.AddDate(0, 0, *offlineDays)
	edges := map[string]bool{}
	var most int64
	down := false
	for n := 0; at.now.Before(end); n++ {
		records := fiveMinutes(at.now, n)
		// Something changes in the middle of a unit, some times a day, at odd times.
		if n == 0 || n%97 == 41 || n%211 == 100 {
			down = down != (n > 0)
			edges[at.now.Format(time.RFC3339)] = true
		}
		if down {
			for i := range records {
				if records[i].Beat != nil {
					records[i].Beat.Foreign.Answered = 0
				}
			}
		}
		if err := box.Append(home, records...); err != nil {
			t.Fatal(err)
		}
		seal(t, box)
		most = max(most, onDisk(t, folder, n))
		at.now = at.now.Add(5 * time.Minute)
	}
	stats := box.Stats()
	if most > cfg.MaxBytes || stats.Dropped == 0 {
		t.Errorf("the outbox took up to %d bytes, bound is %d; %d units were given up", most, cfg.MaxBytes, stats.Dropped)
	}
	box.Close()
	box = openWith(t, folder, cfg)
	kept := drain(t, box)
	if first, last := kept[0], kept[len(kept)-1]; !first.Header.CreatedAt.Equal(begin) || !last.Header.CreatedAt.Equal(end.Add(-5*time.Minute)) {
		t.Errorf("first and last unit are of %v and %v", first.Header.CreatedAt, last.Header.CreatedAt)
	}
	var gap time.Duration
	for i, b := range kept {
		delete(edges, b.Header.CreatedAt.Format(time.RFC3339))
		if i > 0 {
			gap = max(gap, b.Header.CreatedAt.Sub(kept[i-1].Header.CreatedAt))
		}
	}
	for missing := range edges {
		t.Errorf("the transition of %s is gone", missing)
	}
	if gap > 4*time.Hour {
		t.Errorf("nothing stays of %v", gap)
	}
	t.Logf("%d days: at most %.1f MiB on disk, %d units kept of %d, longest gap %v", *offlineDays, float64(most)/(1<<20), len(kept), uint64(len(kept))+stats.Dropped, gap)
}

var site = netip.MustParseAddr("93.184.216.34")

// fiveMinutes is what the built-in plan brings: five beats, and two looks of nine records.
func fiveMinutes(at time.Time, n int) []measurement.Record {
	var out []measurement.Record
	for minute := range 5 {
		out = append(out, measurement.Record{
			Kind: measurement.KindBeat, MeasuredAt: at.Add(time.Duration(minute)*time.Minute + time.Duration(n%977)*time.Millisecond),
			DurationMS: uint32(80 + n%50), Beat: &measurement.Beat{
				Domestic: measurement.Reach{Tried: 2, Answered: 2}, Foreign: measurement.Reach{Tried: 3, Answered: 3},
			},
		})
	}
	for look := range 2 {
		host := fmt.Sprintf("site-%d.example", (2*n+look)%12)
		for step := range 9 {
			r := measurement.Record{
				MeasuredAt: at.Add(time.Duration(step*37+n%911) * time.Millisecond), DurationMS: uint32(20 + (n*step)%300), Check: uint32(2*n + look),
				Class: measurement.ClassService,
			}
			switch {
			case step < 6:
				r.Kind, r.Target = measurement.KindDNS, host
				r.DNS = &measurement.DNS{
					Resolver: measurement.ResolverSystem, Transport: measurement.TransportUDP, Query: "A", Rcode: "NOERROR", ResolverASN: uint32(step + 1),
				}
			case step == 6:
				r.Kind, r.Target, r.TCP = measurement.KindTCP, host+":443", &measurement.TCP{Address: site}
				r.Failure = measurement.FailureTimeout
			case step == 7:
				r.Kind, r.Target, r.TLS = measurement.KindTLS, host+":443", &measurement.TLS{Address: site, ServerName: host, Version: "1.3", KeySHA256: fmt.Sprintf("%064x", n*7919)}
			default:
				r.Kind, r.Target = measurement.KindHTTP, "https://"+host+"/"
				r.HTTP = &measurement.HTTP{Status: 200, BodySHA256: fmt.Sprintf("%064x", n*104729)}
			}
			out = append(out, r)
		}
	}
	return out
}

// onDisk returns the bytes of all files in the folder. It looks every hundredth time.
func onDisk(t *testing.T, folder string, n int) int64 {
	t.Helper()
	if n%100 != 99 {
		return 0
	}
	var sum int64
	entries, err := os.ReadDir(filepath.Clean(folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			sum += info.Size()
		}
	}
	return sum
}
