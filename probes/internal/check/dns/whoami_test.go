package dns

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestParseASN(t *testing.T) {
	for text, want := range map[string]uint32{
		"AS64500": 64500, "AS1": 1, "AS396982": 396982, "AS4199999999": 4199999999,
		"AS0": 0, "AS23456": 0, "AS64512": 0, "AS65535": 0, "AS4200000000": 0, "AS4294967295": 0, "AS4294967296": 0,
		"": 0, "AS": 0, "64500": 0, "as64500": 0, "AS064500": 0, "AS+64500": 0, "AS64500 ": 0, "AS 64500": 0,
		"203.0.113.7": 0, "AS203.0.113.7": 0, "AS-1": 0, "AS" + strings.Repeat("9", 255): 0,
	} {
		if got := parseASN([]string{text}); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
	if parseASN(nil) != 0 || parseASN([]string{"AS1", "AS2"}) != 0 {
		t.Error("no text or two texts are an AS number")
	}
}

// TestSeat asks once an hour, and once only while an answer is under way.
func TestSeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seat
		asked := 0
		answer := func(asn uint32) func() uint32 { return func() uint32 { asked++; return asn } }
		for _, step := range []struct {
			after time.Duration
			says  uint32
			want  uint32
			asked int
		}{
			{0, 1, 1, 1},
			{59 * time.Minute, 2, 1, 1},
			{time.Minute, 2, 2, 2},
			{time.Hour, 0, 0, 3}, // what is no longer known is not told
			{time.Minute, 3, 0, 3},
			{-24 * time.Hour, 3, 3, 4},
		} {
			if step.after > 0 {
				time.Sleep(step.after)
			}
			now := time.Now()
			if step.after < 0 { // the machine's clock was set back
				now = now.Add(step.after)
			}
			if got := s.find(now, answer(step.says)); got != step.want || asked != step.asked {
				t.Errorf("after %s: AS%d and %d questions, want AS%d and %d", step.after, got, asked, step.want, step.asked)
			}
		}
		var other seat
		hold := make(chan struct{})
		go other.find(time.Now(), func() uint32 { <-hold; return 7 })
		synctest.Wait()
		if got := other.find(time.Now(), answer(8)); got != 0 || asked != 4 {
			t.Error("a look waits for, or repeats, the question of another")
		}
		close(hold)
		synctest.Wait()
		if got := other.find(time.Now(), answer(8)); got != 7 {
			t.Errorf("AS%d", got)
		}
	})
}
