package tls

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Doubtful reports whether a handshake failed in a way that somebody on the path can bring about who reads
// the server's name: then the same handshake under another name says whether it was for the name.
func Doubtful(r measurement.Record) bool {
	return slices.Contains([]measurement.Failure{
		measurement.FailureConnectionReset, measurement.FailureTimeout, measurement.FailureEOF,
		measurement.FailureTLSFailedHandshake, measurement.FailureTLSUnknownAuth,
	}, r.Failure)
}

// Compare shakes hands with the address of a handshake that failed under the vantage's decoy name, on a
// connection of its own, and says how that went; or it says nothing where the comparison would tell nothing,
// because the target is the decoy or has no name.
//
// Any certificate proves that the address can be reached, so none is a failure of this record; what is wrong
// with it is still told. A decoy that fails too does not prove that the address is blocked: some censors
// block it for a minute or three, once they have seen the name.
func Compare(ctx context.Context, v *check.Vantage, look check.Look, to netip.AddrPort, target, name string) (measurement.Record, bool) {
	_, err := netip.ParseAddr(name)
	if v.Decoy == "" || err == nil || strings.EqualFold(name, v.Decoy) {
		return measurement.Record{}, false
	}
	r := look.Record(v, measurement.KindTLS, target)
	r.TLS = &measurement.TLS{Address: to.Addr(), ServerName: v.Decoy, Decoy: true}
	dialing, cancel := context.WithTimeout(ctx, v.Timeouts.Connect)
	defer cancel()
	start := time.Now()
	conn, err := v.Guard.Dial(dialing, "tcp", to)
	if err != nil {
		r.DurationMS = check.Since(start)
		r.Failure = failure.Of(failure.Connect, err)
		return r, true
	}
	defer conn.Close()
	_, r = Handshake(ctx, v, look, conn, target, v.Decoy)
	r.TLS.Decoy = true
	if r.TLS.Version != "" || r.TLS.Certificate != "" {
		r.Failure = ""
	}
	return r, true
}
