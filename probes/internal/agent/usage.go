package agent

import (
	"encoding/json"
	"io"
	"os"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/internal/meter"
)

// usageName is the file of today's bytes: a restart must not begin a budget anew.
const usageName = "usage.json"

// countedToday returns what the last run counted; nothing if that cannot be known.
func countedToday(state *os.Root) meter.Day {
	var day meter.Day
	file, err := state.Open(usageName)
	if err != nil {
		return meter.Day{}
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, 1<<10))
	if err != nil || json.Unmarshal(data, &day) != nil || day.Sent < 0 || day.Received < 0 {
		return meter.Day{}
	}
	return day
}

// remember writes down what a restart should know: today's bytes, and which ways to the gateway worked.
func (a *Agent) remember(state *os.Root) {
	data, err := json.Marshal(a.meter.Today())
	if err == nil {
		err = durable.WriteFile(state, usageName, data)
	}
	if err != nil {
		a.cfg.Log.Warn("today's bytes could not be remembered")
	}
	if err := a.client.Keep(state); err != nil {
		a.cfg.Log.Warn("the ways to the gateway could not be remembered")
	}
}
