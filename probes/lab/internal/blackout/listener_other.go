//go:build !linux

package blackout

import (
	"context"
	"errors"
	"net"
	"net/netip"
)

var errLinuxOnly = errors.New("the lab needs Linux: run it there, in a virtual machine or a container")

type listener struct {
	net.Listener
	grid *Grid
}

func listenPair(context.Context, netip.Addr) (*listener, error) { return nil, errLinuxOnly }

func (l *listener) steer([]netip.Prefix) error { return errLinuxOnly }

func (l *listener) closeSockets() error { return nil }
