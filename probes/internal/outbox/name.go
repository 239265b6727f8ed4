package outbox

import (
	"fmt"
	"strconv"
	"strings"
)

// fileKind is what a file of the outbox is.
type fileKind int

const (
	kindOther fileKind = iota
	kindLog
	kindBatch
	kindRejected
)

func logName(number uint64) string      { return fmt.Sprintf("open-%010d.log", number) }
func batchName(number uint64) string    { return fmt.Sprintf("%010d.batch", number) }
func rejectedName(number uint64) string { return fmt.Sprintf("%010d.rejected", number) }

func parseName(name string) (uint64, fileKind) {
	for _, pattern := range []struct {
		prefix, suffix string
		kind           fileKind
	}{{"open-", ".log", kindLog}, {"", ".batch", kindBatch}, {"", ".rejected", kindRejected}} {
		rest, hasPrefix := strings.CutPrefix(name, pattern.prefix)
		digits, hasSuffix := strings.CutSuffix(rest, pattern.suffix)
		number, err := strconv.ParseUint(digits, 10, 63)
		if hasPrefix && hasSuffix && err == nil {
			return number, pattern.kind
		}
	}
	return 0, kindOther
}
