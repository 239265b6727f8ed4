package control

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestCache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(time.Minute, 3)
		looks, may := 0, true
		get := func(key string) bool {
			records, _ := c.get(t.Context(), key, func() bool { return may }, func(context.Context) []measurement.Record {
				looks++
				time.Sleep(time.Second)
				return []measurement.Record{{}}
			})
			return records != nil
		}
		// One look for a minute, counted from its end.
		get("a")
		time.Sleep(59 * time.Second)
		if !get("a") || looks != 1 {
			t.Errorf("%d looks within a minute, want 1", looks)
		}
		time.Sleep(2 * time.Second)
		if !get("a") || looks != 2 {
			t.Errorf("%d looks after it, want 2", looks)
		}
		// What may not be looked at is not, but what is kept still answers.
		may = false
		if !get("a") || get("b") || looks != 2 {
			t.Errorf("%d looks, want 2: no more may be taken", looks)
		}
		may = true
		for i := range 10 {
			get(strconv.Itoa(i))
		}
		if len(c.entries) > 3 {
			t.Errorf("%d entries, want at most 3", len(c.entries))
		}
	})
}

func TestCacheKeepsNoLookThatWasNotTaken(t *testing.T) {
	c := newCache(time.Hour, 2)
	yes := func() bool { return true }
	c.get(t.Context(), "a", yes, func(context.Context) []measurement.Record { return nil })
	if records, _ := c.get(t.Context(), "a", yes, func(context.Context) []measurement.Record { return []measurement.Record{{}} }); records == nil {
		t.Error("nothing was kept as if it had been seen")
	}
}

// TestCacheUnderWay checks that looks under way are neither repeated, nor dropped, nor ended by whoever goes.
func TestCacheUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(time.Minute, 1)
		looks := 0
		look := func(context.Context) []measurement.Record {
			looks++
			time.Sleep(10 * time.Second)
			return []measurement.Record{{}}
		}
		yes := func() bool { return true }
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if records, fresh := c.get(impatient, "a", yes, look); records != nil || !fresh {
			t.Error("an answer before there was one")
		}
		if records, _ := c.get(t.Context(), "b", yes, look); records != nil {
			t.Error("room was made by dropping a look under way")
		}
		if records, fresh := c.get(t.Context(), "a", yes, look); records == nil || fresh || looks != 1 {
			t.Errorf("%d looks, want the first one's answer", looks)
		}
	})
}
