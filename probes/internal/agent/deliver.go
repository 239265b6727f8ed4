package agent

import (
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// seal turns what was measured into batches, every SealEvery give or take a tenth, until ctx ends. The
// first comes early by a random part, so that probes which started together do not deliver together.
func (s *session) seal(ctx context.Context) {
	every := s.cfg.SealEvery
	wait := rand.N(every)
	for s.cfg.Clock.Sleep(ctx, wait) == nil {
		s.rememberUsage()
		if s.agent.pause.wait(ctx, s.cfg.Clock) != nil {
			return
		}
		s.locate(ctx)
		if err := s.box.Seal(); err != nil {
			s.cfg.Log.Error("records could not be sealed: check that the disk has room and the state folder is writable")
		}
		wait = every*9/10 + rand.N(every/5+1)
	}
}

const (
	// networkName is the file of the last known network: during a shutdown nobody answers where we are.
	networkName = "network.json"
	// locateTimeout keeps an absent gateway from holding anything up.
	locateTimeout = 15 * time.Second
)

// locate asks the gateway which network this is, unless the volunteer said so. It asks before a batch is
// sealed: two networks never share a batch, and the keys of one never sign for another.
func (s *session) locate(ctx context.Context) {
	if s.cfg.Network != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, locateTimeout)
	defer cancel()
	network, err := s.client.Network(ctx)
	network.Type = s.cfg.NetworkType
	if err != nil || network == s.currentNetwork() {
		return
	}
	s.mu.Lock()
	s.network = network
	s.mu.Unlock()
	s.cfg.Log.Info("network", "country", network.Country, "asn", network.ASN)
	data, err := json.Marshal(network)
	if err == nil {
		err = durable.WriteFile(s.state, networkName, data)
	}
	if err != nil {
		s.cfg.Log.Warn("network could not be remembered")
	}
}

func (s *session) currentNetwork() measurement.Network {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.network
}

// lastNetwork is the network that was declared, or known when the probe last ran.
func (s *session) lastNetwork() measurement.Network {
	if s.cfg.Network != nil {
		return *s.cfg.Network
	}
	file, err := s.state.Open(networkName)
	if err != nil {
		return s.cfg.unknownNetwork()
	}
	defer file.Close()
	var network measurement.Network
	data, err := io.ReadAll(io.LimitReader(file, 4<<10))
	if err != nil || json.Unmarshal(data, &network) != nil {
		return s.cfg.unknownNetwork()
	}
	network.Type = s.cfg.NetworkType
	if remembered := (Config{Software: s.cfg.Software, Plan: s.cfg.Plan, Network: &network}); remembered.tryHeader() != nil {
		return s.cfg.unknownNetwork()
	}
	return network
}
