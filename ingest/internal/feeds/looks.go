package feeds

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/ooni"
)

// Looks yields what a recording of KindOONI holds, look by look, without the check of the whole before the first. An
// ooni.SkipError stands for a result that is no look; any other error is the last.
func Looks(ctx context.Context, from string, blockPage ooni.BlockPage) iter.Seq2[ooni.Look, error] {
	return func(yield func(ooni.Look, error) bool) {
		source, err := open(ctx, from, func(string, int64, int64) {})
		if err != nil {
			yield(ooni.Look{}, err)
			return
		}
		defer func() { _ = source.Close() }() // only read
		content, err := source.content(ctx, func(int64, int64) {})
		if err != nil {
			yield(ooni.Look{}, err)
			return
		}
		for look, err := range ooni.Read(content, blockPage) {
			if _, skipped := errors.AsType[ooni.SkipError](err); err != nil && !skipped {
				err = fmt.Errorf("read %s: %w", from, err)
			}
			if !yield(look, err) {
				return
			}
		}
	}
}
