package silence

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

// fileName is the file that keeps a probe silent through a restart.
const fileName = "paused"

// span is from when to when there is to be silence, by the machine's clock. Its text is as ISO 8601 writes intervals.
type span struct{ from, until time.Time }

func (s span) String() string {
	return s.from.UTC().Format(time.RFC3339Nano) + "/" + s.until.UTC().Format(time.RFC3339Nano)
}

func parseSpan(text string) (span, bool) {
	from, until, ok := strings.Cut(text, "/")
	begin, fromErr := time.Parse(time.RFC3339Nano, from)
	end, untilErr := time.Parse(time.RFC3339Nano, until)
	length := end.Sub(begin)
	return span{begin, end}, ok && fromErr == nil && untilErr == nil && length > 0 && length <= Longest
}

// Keep takes up what an earlier run left in the state folder, unless something was asked since, and keeps there from
// now on what is asked. What cannot be read is taken for as long a silence as there may be. It fails when what was asked
// before could not be written; then it holds until the program ends.
func (s *Silence) Keep(state *os.Root) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = state
	if s.kept && s.span == (span{}) {
		s.read()
	}
	return s.sync()
}

// Release leaves the state folder alone from now on.
func (s *Silence) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = nil
}

// read must be called with the lock held, as sync.
func (s *Silence) read() {
	file, err := s.state.Open(fileName)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var text []byte
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(file, 128))
		err = errors.Join(err, file.Close())
	}
	now := s.now()
	asked, ok := parseSpan(string(text))
	switch {
	case err != nil || !ok:
		s.set(now, Longest)
	case now.Before(asked.from):
		s.span, s.adrift, s.over = asked, true, s.steady()+asked.until.Sub(asked.from)
	default:
		s.span, s.over = asked, s.steady()+asked.until.Sub(now)
	}
}

// sync writes down what was asked, if the disk does not have it.
func (s *Silence) sync() error {
	if s.kept || s.state == nil {
		return nil
	}
	var err error
	if s.span != (span{}) {
		err = durable.WriteFile(s.state, fileName, []byte(s.span.String()))
	} else if err = s.state.Remove(fileName); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("keep pause: %w", err)
	}
	s.kept = true
	return nil
}
