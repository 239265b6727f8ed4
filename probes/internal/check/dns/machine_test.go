package dns_test

import (
	"os"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// machine is an authority that this machine's list holds, and nobody else's.
var machine *servertest.Authority

func TestMain(m *testing.M) {
	os.Exit(servertest.OnMachine(m, func(a *servertest.Authority) { machine = a }))
}

// An answer over TLS counts as one that nobody on the way can have written, so whoever the machine alone believes must
// not give it.
func TestMachinesOwnAuthorityIsNoResolver(t *testing.T) {
	server := servertest.TCP(t, "127.20.0.53:0", servertest.Shake(machine.Certificate(resolverName, time.Hour), servertest.HangUp))
	for _, transport := range []measurement.Transport{measurement.TransportDoT, measurement.TransportDoH} {
		for _, r := range askOne(t, servertest.Vantage(t, server, nil), plan.Resolver{Address: server, Transport: transport, Name: resolverName}, "a.example") {
			if r.Failure != measurement.FailureTLSUnknownAuth {
				t.Errorf("%s, %s: %q, want %q", transport, r.DNS.Query, r.Failure, measurement.FailureTLSUnknownAuth)
			}
		}
	}
}
