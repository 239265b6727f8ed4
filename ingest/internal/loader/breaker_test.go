package loader

import (
	"strings"
	"testing"
)

func TestBreaker(t *testing.T) {
	failEvery := func(n int) func(int) bool { return func(i int) bool { return i%n == 0 } }
	for _, test := range []struct {
		name     string
		failed   func(message int) bool // from 1
		messages int
		stopsAt  int // zero: never
		says     string
	}{
		{"all is well", func(int) bool { return false }, 3 * windowSize, 0, ""},
		{"99 in a row", func(i int) bool { return i <= maxInARow-1 }, windowMin - 1, 0, ""},
		{"100 in a row", func(i int) bool { return i > 50 }, 200, 150, "the last 100 messages"},
		{"99 in a row, one good, 99 again", func(i int) bool { return i%maxInARow != 0 }, windowMin - 1, 0, ""},
		{"1 %", failEvery(100), 3 * windowSize, 0, ""},
		{"more than 1 %, once there are enough", failEvery(50), 3 * windowSize, windowMin, "20 of the last 1000 messages"},
		{"1 % and a little, over the whole window", func(i int) bool { return i > windowSize && i%90 == 0 }, 3 * windowSize, 19080, "101 of the last 10000"},
		{"long ago is forgotten", func(i int) bool { return i%100 == 0 && i <= windowSize || i > 2*windowSize && i%100 == 0 }, 3 * windowSize, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b breaker
			for i := 1; i <= test.messages; i++ {
				err := b.note(test.failed(i))
				if err == nil {
					continue
				}
				if i != test.stopsAt || !strings.Contains(err.Error(), test.says) {
					t.Errorf("stopped at message %d: %v", i, err)
				}
				return
			}
			if test.stopsAt != 0 {
				t.Errorf("not stopped at message %d", test.stopsAt)
			}
		})
	}
}
