package lab

import "github.com/lamplight-net/lamplight/probes/lab/internal/scene"

// Round is a control that looks at many sites by itself, in a network of its own, and delivers over TLS to a gateway
// of the machine. Its clock, and nothing else, runs fast.
type Round struct {
	Sites   int
	Scale   float64 // how many of the control's seconds pass in one
	Country string
	KeyFile string // of the control
	Socket  string // Unix socket that leads to the gateway
	// Authority is the certificate, PEM, that vouches for the gateway, which is asked for as RoundGateway.
	Authority []byte
	Folder    string // for the control's state
}

// RoundGateway is the name that a round's gateway must have a certificate for.
const RoundGateway = scene.GatewayName

// RoundResult is what went between control and gateway, TLS and its handshakes included, IP and TCP not.
type RoundResult struct{ Up, Down int64 }
