package agent

import (
	"context"
	"encoding/json"
	"io"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/internal/uplink"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// networkName is the file of the last network that was confirmed: during a shutdown nobody answers where we are.
const networkName = "network.json"

// place is a network, and the mark of the link on which a gateway confirmed it.
type place struct {
	Network measurement.Network `json:"network"`
	Link    string              `json:"link"`
}

// currentNetwork is the network to label records with: the one that the volunteer declared, or the one that was
// confirmed on this very link. On another one it is unknown until a gateway says: to label records with a network
// that they are not from, and to sign them with its key, would be false evidence. A machine without any link is
// nowhere else than before.
func (s *session) currentNetwork() measurement.Network {
	if s.cfg.Network != nil {
		return *s.cfg.Network
	}
	mark := s.cfg.Uplink()
	s.mu.Lock()
	defer s.mu.Unlock()
	if mark == s.place.Link || mark == uplink.None {
		return s.place.Network
	}
	select {
	case s.moved <- struct{}{}:
	default:
	}
	return s.cfg.unknownNetwork()
}

// locate asks the gateway which network this is, unless the volunteer said so, and reports whether that is known now.
func (s *session) locate(ctx context.Context) bool {
	if s.cfg.Network != nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, learnTimeout)
	defer cancel()
	before := s.cfg.Uplink()
	network, err := s.client.Network(ctx)
	if err != nil || s.cfg.Uplink() != before {
		return false // what was said is of a link that is gone
	}
	network.Type = s.cfg.NetworkType
	s.mu.Lock()
	known := s.place
	s.place = place{network, before}
	changed := s.place != known
	s.mu.Unlock()
	if !changed {
		return true
	}
	s.cfg.Log.Info("the gateway says which network this is: see lamplight-probe status")
	data, err := json.Marshal(place{network, before})
	if err == nil {
		err = durable.WriteFile(s.state, networkName, data)
	}
	if err != nil {
		s.cfg.Log.Warn("network could not be remembered")
	}
	return true
}

// lastPlace is where the probe last was for certain.
func (s *session) lastPlace() place {
	nowhere := place{Network: s.cfg.unknownNetwork()}
	file, err := s.state.Open(networkName)
	if err != nil {
		return nowhere
	}
	defer file.Close()
	var last place
	data, err := io.ReadAll(io.LimitReader(file, 4<<10))
	if err != nil || json.Unmarshal(data, &last) != nil {
		return nowhere
	}
	last.Network.Type = s.cfg.NetworkType
	if remembered := (Config{Software: s.cfg.Software, Plan: s.cfg.Plan, Network: &last.Network}); remembered.tryHeader() != nil {
		return nowhere
	}
	return last
}
