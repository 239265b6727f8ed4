package blackout

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"
)

var (
	server = netip.MustParseAddr("127.120.7.1")
	lit    = netip.MustParseAddr("127.103.0.9")
	dark   = netip.MustParseAddr("127.101.0.9")
	cut    = netip.MustParsePrefix("127.101.0.0/16")
)

// wait is how long a test waits before it calls silence silence: loopback answers within a millisecond,
// and the kernel repeats a lost connection attempt only after a second.
const wait = 300 * time.Millisecond

// echo starts a TCP and a UDP server on the grid that say back what they hear.
func echo(t *testing.T, g *Grid) (tcp, udp string) {
	t.Helper()
	l, err := g.Listen(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	pc, err := g.ListenPacket(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = l.Close(), pc.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			}()
		}
	}()
	go func() {
		b := make([]byte, 64)
		for {
			n, from, err := pc.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = pc.WriteTo(b[:n], from)
		}
	}()
	return l.Addr().String(), pc.LocalAddr().String()
}

func dial(ctx context.Context, network string, from netip.Addr, to string) (net.Conn, error) {
	d := net.Dialer{Timeout: wait, LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))}
	if network == "udp4" {
		d.LocalAddr = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	return d.DialContext(ctx, network, to)
}

// say sends a word over c and returns what comes back.
func say(c net.Conn, word string) (string, error) {
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(c, word); err != nil {
		return "", err
	}
	b := make([]byte, 64)
	n, err := c.Read(b)
	return string(b[:n]), err
}

// ask dials anew and says one word.
func ask(ctx context.Context, network string, from netip.Addr, to string) error {
	c, err := dial(ctx, network, from, to)
	if err != nil {
		return err
	}
	_, err = say(c, "hello")
	return errors.Join(err, c.Close())
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestCutNetworkMeetsSilence(t *testing.T) {
	g := NewGrid()
	tcp, udp := echo(t, g)
	addresses := map[string]string{"tcp4": tcp, "udp4": udp}

	expect := func(when string, from netip.Addr, heard bool) {
		t.Helper()
		for network, to := range addresses {
			err := ask(t.Context(), network, from, to)
			if heard && err != nil {
				t.Errorf("%s: %s from %s: %v", when, network, from, err)
			}
			if !heard && !timedOut(err) {
				t.Errorf("%s: %s from %s: got %v, want a timeout", when, network, from, err)
			}
		}
	}
	expect("at first", dark, true)
	expect("at first", lit, true)
	if err := g.Cut(cut); err != nil {
		t.Fatal(err)
	}
	expect("while cut", dark, false)
	expect("while cut", lit, true)
	if err := g.Cut(); err != nil {
		t.Fatal(err)
	}
	expect("afterwards", dark, true)
}

func TestCutHoldsForListenersOpenedLater(t *testing.T) {
	g := NewGrid()
	if err := g.Cut(cut); err != nil {
		t.Fatal(err)
	}
	tcp, _ := echo(t, g)
	if err := ask(t.Context(), "tcp4", dark, tcp); !timedOut(err) {
		t.Errorf("cut source: got %v, want a timeout", err)
	}
	if err := ask(t.Context(), "tcp4", lit, tcp); err != nil {
		t.Error(err)
	}
}

func TestEstablishedConnectionFallsSilentForGood(t *testing.T) {
	g := NewGrid()
	tcp, _ := echo(t, g)
	c, err := dial(t.Context(), "tcp4", dark, tcp)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if got, err := say(c, "before"); got != "before" || err != nil {
		t.Fatalf("before: %q, %v", got, err)
	}
	if err := g.Cut(cut); err != nil {
		t.Fatal(err)
	}
	if _, err := say(c, "during"); !timedOut(err) {
		t.Errorf("during: got %v, want a timeout", err)
	}
	if err := g.Cut(); err != nil {
		t.Fatal(err)
	}
	if _, err := say(c, "after"); !timedOut(err) {
		t.Errorf("after: a stream that lost bytes came back: %v", err)
	}
}

func TestManyPrefixes(t *testing.T) {
	g := NewGrid()
	tcp, _ := echo(t, g)
	var many []netip.Prefix
	for i := range maxCut - 1 {
		many = append(many, netip.PrefixFrom(netip.AddrFrom4([4]byte{127, 110, byte(i), 0}), 24))
	}
	if err := g.Cut(append(many, cut)...); err != nil {
		t.Fatal(err)
	}
	if err := ask(t.Context(), "tcp4", dark, tcp); !timedOut(err) {
		t.Errorf("the last of many: got %v, want a timeout", err)
	}
	if err := ask(t.Context(), "tcp4", lit, tcp); err != nil {
		t.Error(err)
	}
}

func TestCutRefuses(t *testing.T) {
	g := NewGrid()
	for name, prefixes := range map[string][]netip.Prefix{
		"IPv6":     {netip.MustParsePrefix("::1/128")},
		"zero":     {{}},
		"too many": make([]netip.Prefix, maxCut+1),
	} {
		if err := g.Cut(prefixes...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestClosedListenerLeavesNothingBehind(t *testing.T) {
	g := NewGrid()
	l, err := g.Listen(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("second close: %v", err)
	}
	if _, err := dial(t.Context(), "tcp4", lit, l.Addr().String()); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("dial after close: %v, want a refusal", err)
	}
	if err := g.Cut(cut); err != nil {
		t.Errorf("cut after close: %v", err)
	}
}
