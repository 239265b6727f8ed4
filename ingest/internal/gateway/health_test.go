package gateway

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
)

func TestHealth(t *testing.T) {
	start := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	lost := errors.New("not acknowledged")
	type outcome struct {
		err   error
		after time.Duration
	}
	for _, test := range []struct {
		name  string
		noted []outcome
		at    time.Duration
		want  bool
	}{
		{"nothing was tried", nil, 0, true},
		{"acknowledged", []outcome{{nil, 0}}, time.Second, true},
		{"not acknowledged", []outcome{{lost, 0}}, time.Second, false},
		{"acknowledged again", []outcome{{lost, 0}, {nil, time.Second}}, time.Second, true},
		{"drained, and no batch came since", []outcome{{lost, 0}}, failingFor, true},
		{"and the next one fails too", []outcome{{lost, 0}, {lost, failingFor}}, failingFor + time.Second, false},
		{"overload", []outcome{{fmt.Errorf("publish: %w", bus.ErrOverloaded), 0}}, 0, true},
		{"overload while Kafka is away", []outcome{{lost, 0}, {bus.ErrOverloaded, 1}, {bus.ErrTooLarge, 1}}, time.Second, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var h health
			for _, o := range test.noted {
				h.note(o.err, start.Add(o.after))
			}
			if got := h.ok(start.Add(test.at)); got != test.want {
				t.Errorf("ok is %v", got)
			}
		})
	}
}
