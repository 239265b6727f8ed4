package classify

import (
	"encoding/csv"
	"hash/fnv"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// labeledEvents are the outages of the SIGCOMM 2023 study, where they are at hand.
const labeledEvents = "../../../../shared/data/sigcomm23/outage_labels_2018_2021.csv"

// event is a labeled national outage.
type event struct {
	country  string
	start    time.Time
	facts    Facts
	shutdown bool
}

// readEvents reads the national events of the study; it skips the test where they are not at hand.
func readEvents(t *testing.T) []event {
	t.Helper()
	f, err := os.Open(labeledEvents)
	if err != nil {
		t.Skip("the labeled outages are not at hand: ", err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	var events []event
	starts := make(map[string][]time.Time)
	for _, row := range rows[1:] {
		if column(row, "scope") != "country" {
			continue
		}
		e := event{country: column(row, "country_code"), shutdown: column(row, "label") == "shutdown"}
		if e.start, err = time.Parse(time.RFC3339, column(row, "start_utc")); err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation(incident.TimeZoneOf(e.country))
		if err != nil {
			t.Fatal(err)
		}
		e.facts.Onset, e.facts.Until = e.start.In(zone), e.start
		if end, err := time.Parse(time.RFC3339, column(row, "end_utc")); err == nil {
			e.facts.End = &end
		}
		for _, signal := range []string{"bgp_visible", "active_probing_visible", "telescope_visible"} {
			if column(row, signal) == "1" {
				e.facts.Saw++
			} else {
				e.facts.Normal++
			}
		}
		starts[e.country] = append(starts[e.country], e.start)
		events = append(events, e)
	}
	for i := range events {
		for _, s := range starts[events[i].country] {
			if !s.Equal(events[i].start) {
				events[i].facts.Others = append(events[i].facts.Others, s)
			}
		}
	}
	return events
}

// encode returns the features of an event as the fit sees them: 1, 0, or the share where not known.
func encode(f Facts, shares []float64) []float64 {
	x := []float64{1}
	for k, feature := range fitted() {
		switch feature.ask(f) {
		case yes:
			x = append(x, 1-shares[k])
		case no:
			x = append(x, -shares[k])
		case unknown:
			x = append(x, 0)
		}
	}
	return x
}

// sharesOf returns how often each feature is met where it is known.
func sharesOf(events []event) []float64 {
	shares := make([]float64, len(fitted()))
	for k, feature := range fitted() {
		met, known := 0.0, 0.0
		for _, e := range events {
			switch feature.ask(e.facts) {
			case yes:
				met++
				known++
			case no:
				known++
			case unknown:
			}
		}
		shares[k] = met / known
	}
	return shares
}

// fit returns intercept and weights of a logistic regression with a ridge of one, by Newton's method on
// each coordinate in turn.
func fit(events []event, shares []float64) []float64 {
	w := make([]float64, len(fitted())+1)
	var rows [][]float64
	for _, e := range events {
		rows = append(rows, encode(e.facts, shares))
	}
	for range 200 {
		for k := range w {
			gradient, curvature := 0.0, 0.0
			if k > 0 {
				gradient, curvature = -w[k], -1
			}
			for i, x := range rows {
				p := logistic(dot(w, x))
				y := 0.0
				if events[i].shutdown {
					y = 1
				}
				gradient += (y - p) * x[k]
				curvature -= p * (1 - p) * x[k] * x[k]
			}
			w[k] -= gradient / curvature
		}
	}
	return w
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// auc returns the probability that a shutdown scores above an outage.
func auc(scores []float64, events []event) float64 {
	won, pairs := 0.0, 0.0
	for i := range events {
		for j := range events {
			if events[i].shutdown && !events[j].shutdown {
				pairs++
				switch {
				case scores[i] > scores[j]:
					won++
				case scores[i] == scores[j]:
					won += 0.5
				}
			}
		}
	}
	return won / pairs
}

// unseen returns the score of each event by a fit that saw no event of its country.
func unseen(events []event, change func(Facts) Facts) []float64 {
	const folds = 10
	fold := func(e event) uint32 {
		h := fnv.New32a()
		_, _ = h.Write([]byte(e.country))
		return h.Sum32() % folds
	}
	scores := make([]float64, len(events))
	for k := range uint32(folds) {
		var train []event
		for _, e := range events {
			if fold(e) != k {
				train = append(train, e)
			}
		}
		shares := sharesOf(train)
		w := fit(train, shares)
		for i, e := range events {
			if fold(e) == k {
				scores[i] = dot(w, encode(change(e.facts), shares))
			}
		}
	}
	return scores
}

// TestFit fits the weights anew, asks that the table hold them, and measures how well they do in
// countries that a fit did not see.
func TestFit(t *testing.T) {
	events := readEvents(t)
	shares := sharesOf(events)
	w := fit(events, shares)
	if math.Abs(w[0]-prior) > 0.01 {
		t.Errorf("prior is %.2f, fitted %.2f", prior, w[0])
	}
	for k, f := range fitted() {
		if math.Abs(w[k+1]-f.weight) > 0.01 || math.Abs(shares[k]-f.share) > 0.01 {
			t.Errorf("%s: weight %.2f, share %.2f; fitted %.2f and %.2f", f.id, f.weight, f.share, w[k+1], shares[k])
		}
	}
	for _, when := range []struct {
		name   string
		change func(Facts) Facts
		least  float64
	}{
		{"when it is over", func(f Facts) Facts { return f }, 0.90},
		{"while it goes on", goingOn, 0.86},
	} {
		scores := unseen(events, when.change)
		expected, happened := 0.0, 0.0
		for i, e := range events {
			expected += logistic(scores[i])
			if e.shutdown {
				happened++
			}
		}
		area := auc(scores, events)
		t.Logf("%s: area under the ROC curve over unseen countries %.3f; %.0f shutdowns expected, %.0f happened",
			when.name, area, expected, happened)
		if area < when.least {
			t.Errorf("%s: area under the ROC curve is %.3f, at least %.2f was measured before", when.name, area, when.least)
		}
	}
}

// goingOn returns what was known when the event had just begun: no end, and no event after it.
func goingOn(f Facts) Facts {
	f.End = nil
	f.Others = slices.DeleteFunc(slices.Clone(f.Others), func(o time.Time) bool { return o.After(f.Onset) })
	return f
}
