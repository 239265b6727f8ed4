package servertest

import (
	"context"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
)

// Quick is a clock that shows start now and runs 600 times as fast, so that a probe's ten minutes are a second.
func Quick(start time.Time) clock.Clock { return quick{start, time.Now()} }

type quick struct{ start, begin time.Time }

func (q quick) Now() time.Time { return q.start.Add(600 * time.Since(q.begin)) }

func (q quick) Sleep(ctx context.Context, d time.Duration) error {
	return clock.System{}.Sleep(ctx, d/600)
}
