package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// errProxy says that the proxy did not connect. The reasons that it may give are not told apart: none of them
// changes what to do.
var errProxy = errors.New("the SOCKS5 proxy did not connect to the gateway")

// dialer makes a connection to an address as net.Dialer does.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// throughSOCKS returns a dialer that lets a SOCKS5 proxy (RFC 1928) connect, without authentication. Names are sent
// to the proxy as they are: to resolve them here would tell this network's resolver what the proxy is to hide.
func throughSOCKS(proxy string, dial dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		request, err := socksRequest(address)
		if err != nil {
			return nil, err
		}
		conn, err := dial(ctx, network, proxy)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
		err = shakeSOCKS(conn, request)
		if !stop() && err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return conn, nil
	}
}

func shakeSOCKS(conn io.ReadWriter, request []byte) error {
	if _, err := conn.Write([]byte{5, 1, 0}); err != nil { // version 5, one method: no authentication
		return err
	}
	var chosen [2]byte
	if _, err := io.ReadFull(conn, chosen[:]); err != nil {
		return err
	}
	if chosen != [2]byte{5, 0} {
		return errProxy
	}
	if _, err := conn.Write(request); err != nil {
		return err
	}
	return readSOCKS(conn)
}

// socksRequest is the request to connect to host:port.
func socksRequest(address string) ([]byte, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil || len(host) > 255 {
		return nil, fmt.Errorf("%w: its address cannot be sent", errProxy)
	}
	out := []byte{5, 1, 0}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Zone() == "" {
		kind := byte(1)
		if ip.Is6() {
			kind = 4
		}
		out = append(append(out, kind), ip.AsSlice()...)
	} else {
		out = append(append(out, 3, byte(len(host))), host...)
	}
	return append(out, byte(port>>8), byte(port)), nil
}

// readSOCKS reads the reply to a request, and not a byte more: what follows is the gateway's.
func readSOCKS(r io.Reader) error {
	var head [5]byte // version, reply, reserved, kind of address, its first byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	if head[0] != 5 || head[1] != 0 {
		return errProxy
	}
	rest := 2 // port
	switch head[3] {
	case 1:
		rest += 3
	case 3:
		rest += int(head[4])
	case 4:
		rest += 15
	default:
		return errProxy
	}
	_, err := io.CopyN(io.Discard, r, int64(rest))
	return err
}
