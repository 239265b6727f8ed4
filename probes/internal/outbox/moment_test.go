package outbox_test

import (
	"context"
	"time"
)

// moment is a clock that shows what it is set to.
type moment struct{ now time.Time }

func (m *moment) Now() time.Time { return m.now }

func (m *moment) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
