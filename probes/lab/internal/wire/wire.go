package wire

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// Box is what sits on the line. It sees every packet of TCP and UDP in its order, and one at a time.
type Box interface {
	// Handle says what becomes of a packet: whether it goes on, and what else is sent. outward is true for
	// what the inner host sends.
	Handle(p *Packet, outward bool) Fate
}

// Fate is what becomes of a packet.
type Fate struct {
	Drop bool
	// Instead takes the packet's place, for a line that leads to somebody else.
	Instead []byte
	// In and Out are forged packets, to the inner and to the outer host. They overtake the packet itself.
	In, Out []*Packet
	// Later keeps the packet for that long, and what comes after it waits: a line that is throttled.
	Later time.Duration
}

// Line joins an inner host's link with an outer one's.
type Line struct {
	Inner, Outer *os.File
	// Delay is how long a packet takes, in either direction.
	Delay time.Duration

	mu  sync.Mutex
	box Box // nil: nobody
}

// Put puts a box on the line, or nobody, and takes off the one before.
func (l *Line) Put(box Box) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.box = box
}

const (
	maxPacket = 1 << 16
	// maxWaiting bounds what is under way: past it packets are lost, as on any line.
	maxWaiting = 4096
)

// lane is one direction of the line.
type lane struct {
	flights chan flight
	forged  chan []byte
}

func newLane() lane {
	return lane{flights: make(chan flight, maxWaiting), forged: make(chan []byte, maxWaiting)}
}

// flight is a packet under way.
type flight struct {
	at     time.Time
	packet []byte
}

// Run carries packets until ctx ends. Then the links are closed.
func (l *Line) Run(ctx context.Context) error {
	in, out := newLane(), newLane()
	stop := context.AfterFunc(ctx, func() { _ = errors.Join(l.Inner.Close(), l.Outer.Close()) })
	defer stop()
	var work sync.WaitGroup
	work.Go(func() { land(ctx, l.Inner, in) })
	work.Go(func() { land(ctx, l.Outer, out) })
	errs := make([]error, 2)
	work.Go(func() { errs[0] = l.carry(l.Inner, true, in, out) })
	work.Go(func() { errs[1] = l.carry(l.Outer, false, in, out) })
	work.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return errors.Join(errs...)
}

// carry takes what a host sends and decides what becomes of it.
func (l *Line) carry(from *os.File, outward bool, in, out lane) error {
	buffer := make([]byte, maxPacket)
	ahead := in
	if outward {
		ahead = out
	}
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return err
		}
		raw := append([]byte(nil), buffer[:n]...)
		p, ok := parse(raw)
		if !ok {
			continue // ICMP, neighbor discovery and the like stay at home
		}
		fate := l.fate(&p, outward)
		for _, forged := range fate.In {
			send(in.forged, forged.bytes())
		}
		for _, forged := range fate.Out {
			send(out.forged, forged.bytes())
		}
		if fate.Drop {
			continue
		}
		if fate.Instead != nil {
			raw = fate.Instead
		}
		send(ahead.flights, flight{time.Now().Add(l.Delay + fate.Later), raw})
	}
}

func (l *Line) fate(p *Packet, outward bool) Fate {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.box == nil {
		return Fate{}
	}
	return l.box.Handle(p, outward)
}

func send[T any](to chan<- T, packet T) {
	select {
	case to <- packet:
	default:
	}
}

// land writes packets to a link when their time has come, in the order in which they were sent, and what was
// forged at once: a box near its victim is quicker than the far end.
func land(ctx context.Context, link *os.File, l lane) {
	for {
		select {
		case <-ctx.Done():
			return
		case packet := <-l.forged:
			_, _ = link.Write(packet) // a packet that is lost is one that a line loses
		case f := <-l.flights:
			if !l.wait(ctx, link, f.at) {
				return
			}
			_, _ = link.Write(f.packet)
		}
	}
}

// wait lets forged packets pass until a moment; false when ctx ends before it.
func (l lane) wait(ctx context.Context, link *os.File, until time.Time) bool {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case packet := <-l.forged:
			_, _ = link.Write(packet)
		case <-timer.C:
			return true
		}
	}
}
