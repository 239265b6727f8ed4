package guard

import (
	"net"

	"github.com/lamplight-net/lamplight/probes/internal/meter"
)

// Counted returns the same guard, whose connections m counts.
func (g *Guard) Counted(m *meter.Meter) *Guard {
	counted := *g
	counted.meter = m
	return &counted
}

func (g *Guard) counted(conn net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return g.meter.Conn(conn), nil
}
