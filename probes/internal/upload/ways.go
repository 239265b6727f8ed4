package upload

import (
	"encoding/json"
	"io"
	"math"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

// waysName is the file of what worked lately. It names gateways, which the settings name too, and classes of
// network: fixed, mobile or unknown.
const waysName = "ways.json"

// halfLife is how soon experience counts half: a censor's day.
const halfLife = 24 * time.Hour

// experience is how often a way worked and did not, each less by half for every halfLife until At.
type experience struct {
	Good float64   `json:"good"`
	Bad  float64   `json:"bad"`
	At   time.Time `json:"at"`
}

func (e experience) at(now time.Time) experience {
	// A clock that was set back makes nothing young again, and nothing old at once.
	if age := now.Sub(e.At); age > 0 {
		faded := math.Exp2(-float64(age) / float64(halfLife))
		e.Good, e.Bad = e.Good*faded, e.Bad*faded
	}
	e.At = now
	return e
}

// chance is the rule of succession: one half for what was never tried.
func (e experience) chance(now time.Time) float64 {
	e = e.at(now)
	return (e.Good + 1) / (e.Good + e.Bad + 2)
}

// ways remembers which ways to a gateway worked, on each class of network.
type ways struct {
	mu   sync.Mutex
	past map[string]map[string]experience // by class, by way
}

// order returns the ways in the order in which to try them: those with the best chance first, and as they are given
// where nothing speaks for one.
func (w *ways) order(class string, all []string, now time.Time) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := slices.Clone(all)
	past := w.past[class]
	// By hand, as there are a handful: what the library's stable sort of words adds to the program is 3 KB on small routers.
	for i := range out {
		for at := i; at > 0 && past[out[at]].chance(now) > past[out[at-1]].chance(now); at-- {
			out[at], out[at-1] = out[at-1], out[at]
		}
	}
	return out
}

func (w *ways) learn(class, way string, worked bool, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.past == nil {
		w.past = map[string]map[string]experience{}
	}
	if w.past[class] == nil {
		w.past[class] = map[string]experience{}
	}
	e := w.past[class][way].at(now)
	if worked {
		e.Good++
	} else {
		e.Bad++
	}
	w.past[class][way] = e
}

// readWays takes up what an earlier run learned of ways that still exist.
func readWays(state *os.Root, all []string) *ways {
	w := &ways{}
	file, err := state.Open(waysName)
	if err != nil {
		return w
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, 64<<10))
	if err != nil || json.Unmarshal(data, &w.past) != nil {
		return &ways{}
	}
	for _, past := range w.past {
		for way, e := range past {
			if !slices.Contains(all, way) || !(e.Good >= 0 && e.Good < 1e6 && e.Bad >= 0 && e.Bad < 1e6) {
				delete(past, way)
			}
		}
	}
	return w
}

func (w *ways) write(state *os.Root) error {
	w.mu.Lock()
	data, err := json.Marshal(w.past)
	w.mu.Unlock()
	if err != nil {
		return err
	}
	return durable.WriteFile(state, waysName, data)
}
