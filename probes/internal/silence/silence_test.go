package silence

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
)

// machine is a machine whose clock can be set, with a folder.
type machine struct {
	t      *testing.T
	wall   time.Time
	steady time.Duration
	folder string
	state  *os.Root
}

func (m *machine) Now() time.Time { return m.wall }

func (m *machine) Sleep(ctx context.Context, d time.Duration) error {
	m.pass(d)
	return ctx.Err()
}

func (m *machine) pass(d time.Duration) { m.wall, m.steady = m.wall.Add(d), m.steady+d }

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, wall: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), steady: time.Hour, folder: t.TempDir()}
	var err error
	if m.state, err = os.OpenRoot(m.folder); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.state.Close() })
	return m
}

// start begins a run of a probe, without its folder.
func (m *machine) start() *Silence {
	s := New(m)
	s.steady = func() time.Duration { return m.steady }
	return s
}

func (m *machine) restart() *Silence {
	s := m.start()
	if err := s.Keep(m.state); err != nil {
		m.t.Fatal(err)
	}
	return s
}

func (m *machine) ask(s *Silence, length time.Duration) {
	m.t.Helper()
	if err := s.Ask(m.wall.Add(length)); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) expect(s *Silence, silent bool, when string) {
	m.t.Helper()
	if until := s.Until(); until.IsZero() == silent {
		m.t.Errorf("%s: silent is %t, until %v at %v", when, !silent, until, m.wall)
	}
}

const day = 24 * time.Hour

// Whatever the clock does, there is silence for as long as was asked for, and then it ends. Steps are seen at a glance,
// as by a probe that waits, and the program starts anew where restarts says so.
func TestClockThatIsSet(t *testing.T) {
	for _, test := range []struct {
		name      string
		set       time.Duration // an hour after eight were asked for
		restarts  bool          // a moment after that
		silent    time.Duration // from the asking, in truth; at least what was asked
		untilOver time.Duration // by when it is surely over
	}{
		{"not", 0, false, 8 * time.Hour, 8 * time.Hour},
		{"not, and restarted", 0, true, 8 * time.Hour, 8 * time.Hour},
		{"ahead a little", 20 * time.Second, false, 8 * time.Hour, 8 * time.Hour},
		{"ahead", 3 * day, false, 8 * time.Hour, 8 * time.Hour},
		{"ahead, and restarted", 3 * day, true, 8 * time.Hour, 8 * time.Hour},
		{"back a little", -30 * time.Minute, false, 8*time.Hour + 30*time.Minute, 9 * time.Hour},
		{"back a little, and restarted", -30 * time.Minute, true, 8*time.Hour + 30*time.Minute, 9 * time.Hour},
		{"back", -3 * day, false, 8 * time.Hour, 8 * time.Hour},
		{"back, and restarted", -3 * day, true, 8 * time.Hour, 9 * time.Hour},
		{"back by more than a pause", -40 * day, false, 8 * time.Hour, 8 * time.Hour},
		{"back by more than a pause, and restarted", -40 * day, true, 8 * time.Hour, 9 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			s := m.restart()
			m.ask(s, 8*time.Hour)
			begin := m.steady
			for m.steady-begin < test.untilOver {
				if passed := m.steady - begin; passed < test.silent {
					m.expect(s, true, passed.String())
				}
				m.pass(10 * time.Second)
				if m.steady-begin == time.Hour {
					m.wall = m.wall.Add(test.set)
				}
				if test.restarts && m.steady-begin == time.Hour+2*time.Minute {
					s = m.restart()
				}
			}
			m.expect(s, false, "at the end")
			if _, err := os.Stat(filepath.Join(m.folder, fileName)); err == nil {
				t.Error("the disk still asks for silence: a clock set back would begin it again")
			}
		})
	}
}

// A machine without a battery starts in 1970. The silence goes on until the clock is right, and then for what is left.
func TestStartsWithAClockOfBefore(t *testing.T) {
	m := newMachine(t)
	m.ask(m.restart(), 2*day)
	right := m.wall.Add(day)
	var s *Silence
	for range 3 { // it may start so again and again, and lengthens nothing
		m.wall = time.Unix(5, 0)
		s = m.restart()
		m.expect(s, true, "in 1970")
		m.pass(time.Minute)
		m.expect(s, true, "a minute later")
		m.wall = right
		m.expect(s, true, "the next day")
		right = right.Add(time.Hour)
	}
	m.pass(22 * time.Hour)
	m.expect(s, false, "two days later")
	// Where the clock stays there, it is silent for all of the time once more.
	m.ask(s, 2*day)
	m.wall = time.Unix(5, 0)
	s = m.restart()
	m.pass(2*day - time.Second)
	m.expect(s, true, "nearly two days after 1970")
	m.pass(2 * time.Second)
	m.expect(s, false, "two days after 1970")
}

// What is asked before there is a folder is kept there as soon as there is one, and goes before what was there.
func TestAskedBeforeThereIsAFolder(t *testing.T) {
	m := newMachine(t)
	s := m.start()
	m.ask(s, 3*time.Hour)
	m.expect(s, true, "without a folder")
	if err := s.Keep(m.state); err != nil {
		t.Fatal(err)
	}
	again := m.restart()
	m.expect(again, true, "after a restart")
	m.ask(again, 0)
	m.expect(again, false, "ended")
	m.expect(m.restart(), false, "ended, and restarted")

	m.ask(again, day)
	s = m.start()
	m.ask(s, -time.Hour) // an end is a word, too
	if err := s.Keep(m.state); err != nil {
		t.Fatal(err)
	}
	m.expect(m.restart(), false, "ended without a folder")
	again.Release()
	m.ask(again, day)
	m.expect(m.restart(), false, "asked of one that has let go of the folder")
}

// A word that cannot be read was a word all the same.
func TestDamage(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "one time": "2026-03-02T12:00:00Z", "backward": "2026-03-02T12:00:00Z/2026-03-01T12:00:00Z",
		"too long": "2026-03-02T12:00:00Z/2027-03-01T12:00:00Z", "torn": "2026-03-01T12:00:00Z/2026-0",
	} {
		m := newMachine(t)
		if err := os.WriteFile(filepath.Join(m.folder, fileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := m.restart()
		m.expect(s, true, name)
		m.pass(Longest - time.Hour)
		s = m.restart() // which begins nothing anew
		m.expect(s, true, name+", nearly at the end")
		m.pass(2 * time.Hour)
		m.expect(s, false, name+", at the end")
	}
	m := newMachine(t)
	if err := os.Mkdir(filepath.Join(m.folder, fileName), 0o700); err != nil {
		t.Fatal(err)
	}
	s := m.start()
	if err := s.Keep(m.state); err == nil {
		t.Error("a folder of the name is written over")
	}
	m.expect(s, true, "a folder of the name")
}

// Nobody can ask for more than the longest, and what went before stays.
func TestTooLong(t *testing.T) {
	m := newMachine(t)
	s := m.restart()
	m.ask(s, time.Hour)
	if err := s.Ask(m.wall.Add(Longest + time.Second)); err == nil {
		t.Error("a pause without an end")
	}
	m.expect(s, true, "after a word that was refused")
	if got, want := s.Until(), m.wall.Add(time.Hour); !got.Equal(want) {
		t.Errorf("until %v, want %v", got, want)
	}
}

// Who waits goes on at the end, when the silence is ended, or when the context is.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(clock.System{})
		begin := time.Now()
		s.steady = func() time.Duration { return time.Since(begin) }
		if err := s.Ask(begin.Add(90 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if err := s.Wait(t.Context()); err != nil || time.Since(begin) != 90*time.Second {
			t.Errorf("waited %v, %v", time.Since(begin), err)
		}
		if err := s.Ask(time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := s.Wait(ctx); err == nil {
			t.Error("its context ended, and it says nothing")
		}
		waited := make(chan error, 1)
		go func() { waited <- s.Wait(t.Context()) }()
		synctest.Wait()
		asked := time.Now()
		if err := s.Ask(time.Time{}); err != nil {
			t.Fatal(err)
		}
		if err := <-waited; err != nil || time.Since(asked) != 0 {
			t.Errorf("it waited on for %v, %v", time.Since(asked), err)
		}
	})
}
