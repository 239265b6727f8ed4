package tcp

import (
	"net"
	"testing"
)

// held is a connection that knows whether it is closed.
type held struct {
	net.Conn
	closed bool
}

func (h *held) Close() error {
	h.closed = true
	return nil
}

func TestFirst(t *testing.T) {
	for _, test := range []struct {
		name  string
		order []int // in which the attempts end; negative ones fail
		want  int
	}{
		{"in order", []int{0, 1, 2}, 0},
		{"backwards", []int{2, 1, 0}, 0},
		{"the first fails late", []int{2, 1, -1}, 1},
		{"the first fails at once", []int{-1, 2, 1}, 1},
		{"none", []int{-1, -1}, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			ended := make(chan attempt, len(test.order))
			conns := map[int]*held{}
			for _, place := range test.order {
				a := attempt{place: place}
				if place >= 0 {
					conns[place] = &held{}
					a.conn = conns[place]
				} else {
					a.place = 0
				}
				ended <- a
			}
			close(ended)
			best, seen := first(ended)
			if test.want < 0 {
				if best.conn != nil || len(seen) != len(test.order) {
					t.Errorf("got %+v of %d", best, len(seen))
				}
				return
			}
			if best.conn == nil || best.place != test.want {
				t.Fatalf("got %+v, want place %d", best, test.want)
			}
			for _, a := range seen {
				if a.conn != nil && conns[a.place].closed != (a.place != test.want) {
					t.Errorf("attempt %d: closed is %v", a.place, conns[a.place].closed)
				}
			}
		})
	}
}
