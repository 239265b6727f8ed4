package blackout

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// fillTimeout bounds the one connection that fills the hole's queue; loopback needs microseconds.
const fillTimeout = 5 * time.Second

// listener is two listening sockets on one address and port, joined by SO_REUSEPORT. A filter
// (SO_ATTACH_REUSEPORT_CBPF) chooses between them by source address: the open one is accepted from; the
// hole has a queue of one that is already full, and to a socket whose accept queue is full the kernel
// drops connection attempts without an answer, just as a cut cable would.
//
// A filter on the socket itself (SO_ATTACH_FILTER) would need no second socket, but kernels exist that
// let only a privileged process attach one to TCP.
type listener struct {
	net.Listener // the open one
	grid         *Grid
	hole         net.Listener
	plug         net.Conn // fills the hole's queue for as long as the listener lives
	close        sync.Once
}

func listenPair(ctx context.Context, on netip.Addr) (*listener, error) {
	lc := net.ListenConfig{Control: reusePort}
	lc.SetMultipathTCP(false) // an MPTCP socket takes no filter
	open, err := lc.Listen(ctx, "tcp4", netip.AddrPortFrom(on, 0).String())
	if err != nil {
		return nil, err
	}
	l := &listener{Listener: open}
	// To the kernel, the order of the two Listen calls is the order in the group.
	if l.hole, err = lc.Listen(ctx, "tcp4", open.Addr().String()); err != nil {
		return nil, errors.Join(err, l.closeSockets())
	}
	if err := l.fillHole(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("fill the queue of the silent socket: %w", err), l.closeSockets())
	}
	return l, nil
}

// fillHole makes the hole's queue one long and fills it, with a connection that is never accepted.
func (l *listener) fillHole(ctx context.Context) error {
	shorten := func(fd int) error { return unix.Listen(fd, 0) } // a backlog of 0 holds one connection
	if err := control(l.hole, shorten); err != nil {
		return err
	}
	if err := l.steer([]netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}); err != nil {
		return err
	}
	d := net.Dialer{Timeout: fillTimeout}
	plug, err := d.DialContext(ctx, "tcp4", l.Addr().String())
	l.plug = plug
	return err
}

// steer makes connection attempts from the cut prefixes vanish.
func (l *listener) steer(cut []netip.Prefix) error {
	program, err := steering(cut)
	if err != nil {
		return fmt.Errorf("assemble filter: %w", err)
	}
	filters := make([]unix.SockFilter, len(program))
	for i, op := range program {
		filters[i] = sockFilter(op)
	}
	fprog := unix.SockFprog{Len: uint16(len(filters)), Filter: unsafe.SliceData(filters)}
	attach := func(fd int) error {
		return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_REUSEPORT_CBPF, &fprog)
	}
	if err := control(l.Listener, attach); err != nil {
		return fmt.Errorf("attach filter to %s: %w", l.Addr(), err)
	}
	return nil
}

func sockFilter(op bpf.RawInstruction) unix.SockFilter {
	return unix.SockFilter{Code: op.Op, Jt: op.Jt, Jf: op.Jf, K: op.K}
}

// Accept waits for the next connection.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &stream{Conn: c, grid: l.grid}, nil
}

// Close closes both sockets. Connections that were accepted live on.
func (l *listener) Close() error {
	err := net.ErrClosed
	l.close.Do(func() {
		l.grid.forget(l)
		err = l.closeSockets()
	})
	return err
}

func (l *listener) closeSockets() error {
	err := l.Listener.Close()
	if l.hole != nil {
		err = errors.Join(err, l.hole.Close())
	}
	if l.plug != nil {
		err = errors.Join(err, l.plug.Close())
	}
	return err
}

func reusePort(_, _ string, raw syscall.RawConn) error {
	return onSocket(raw, func(fd int) error {
		return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	})
}

// control runs f on the socket of a TCP listener.
func control(l net.Listener, f func(fd int) error) error {
	socket, ok := l.(syscall.Conn)
	if !ok {
		return fmt.Errorf("listener of type %T has no socket", l)
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	return onSocket(raw, f)
}

func onSocket(raw syscall.RawConn, f func(fd int) error) error {
	var inner error
	outer := raw.Control(func(fd uintptr) { inner = f(int(fd)) })
	return errors.Join(outer, inner)
}
