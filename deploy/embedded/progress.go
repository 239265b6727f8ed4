package embedded

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// report tells a person how far a long step is. On a terminal it redraws one line; elsewhere it says what
// starts, and nothing in between.
type report struct {
	out      io.Writer
	terminal bool
}

func newReport(out io.Writer) report {
	file, ok := out.(*os.File)
	if !ok {
		return report{out: out}
	}
	info, err := file.Stat()
	return report{out: out, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (r report) say(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format+"\n", args...) }

// watch shows, until the returned function is called, how many of total bytes measure reports.
func (r report) watch(step string, total int64, measure func() int64) (stop func()) {
	if !r.terminal {
		return func() {}
	}
	done := make(chan struct{})
	var drawing sync.WaitGroup
	drawing.Go(func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				_, _ = fmt.Fprint(r.out, "\r\033[K")
				return
			case <-tick.C:
				have := min(measure(), total)
				_, _ = fmt.Fprintf(r.out, "\r%s: %d of %d MB (%d %%)\033[K", step, have/1e6, total/1e6, have*100/total)
			}
		}
	})
	return func() { close(done); drawing.Wait() }
}

// writtenSince returns the bytes of the files under dir that were written after start.
func writtenSince(dir string, start time.Time) int64 {
	var sum int64
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil && info.ModTime().After(start) {
				sum += info.Size()
			}
		}
		return nil // files come and go under npm's hands
	})
	return sum
}
