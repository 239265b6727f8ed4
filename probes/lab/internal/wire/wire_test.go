package wire

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPacketsAreWrittenAsTheyAreRead(t *testing.T) {
	for name, ends := range map[string][2]string{
		"IPv4": {"198.18.0.1:40000", "198.18.0.2:443"}, "IPv6": {"[2001:db8::1]:40000", "[2001:db8::2]:443"},
	} {
		from, to := netip.MustParseAddrPort(ends[0]), netip.MustParseAddrPort(ends[1])
		for _, want := range []*Packet{
			{From: from, To: to, Flags: flagPSH | flagACK, Seq: 7, Ack: 9, Payload: []byte("hello")},
			{From: from, To: to, UDP: true, Payload: []byte("odd")},
		} {
			got, ok := parse(want.bytes())
			if !ok {
				t.Fatalf("%s: not a packet", name)
			}
			got.raw = nil
			if diff := cmp.Diff(want, &got, cmp.AllowUnexported(Packet{}), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			again, _ := parse(want.bytes())
			turned, ok := parse(again.Readdressed(to, from))
			if !ok || turned.From != to || turned.To != from || string(turned.Payload) != string(want.Payload) {
				t.Errorf("%s: with other ends it is %+v", name, turned)
			}
			if _, _, _, segment, _ := parseIP(turned.raw); checksum(pseudo(to.Addr(), from.Addr(), protocolOf(want), len(segment)), segment) != 0 {
				t.Errorf("%s: its checksum is wrong", name)
			}
		}
	}
}

func protocolOf(p *Packet) byte {
	if p.UDP {
		return protocolUDP
	}
	return protocolTCP
}

func TestForgedPacketsFit(t *testing.T) {
	p := &Packet{
		From: netip.MustParseAddrPort("198.18.0.1:40000"), To: netip.MustParseAddrPort("198.18.0.2:80"),
		Flags: flagPSH | flagACK, Seq: 100, Ack: 500, Payload: []byte("GET / HTTP/1.1\r\nHOST: Chat.example:80\r\n\r\n"),
	}
	if got := p.Host(); got != "chat.example" {
		t.Errorf("it asks for %q", got)
	}
	reset := p.Reset()
	if reset.From != p.To || reset.To != p.From || reset.Seq != 500 || reset.Ack != 100+uint32(len(p.Payload)) || reset.Flags&flagRST == 0 {
		t.Errorf("the reset is %+v", reset)
	}
	if on := p.ResetOn(); on.From != p.From || on.Seq != 100 {
		t.Errorf("the reset to the site is %+v", on)
	}
	if p.Opens() || !(&Packet{Flags: flagSYN}).Opens() || (&Packet{Flags: flagSYN | flagACK}).Opens() {
		t.Error("an opening packet is mistaken")
	}
}

// The lab reads what its own hosts send, of which some is made to be wrong.
func FuzzParse(f *testing.F) {
	p := &Packet{From: netip.MustParseAddrPort("198.18.0.1:40000"), To: netip.MustParseAddrPort("198.18.0.2:443"), Payload: []byte("\x16\x03\x01")}
	f.Add(p.bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		if p, ok := parse(raw); ok {
			_, _ = p.ServerName(), p.Host()
			_ = p.Reset().bytes()
			_ = p.Readdressed(p.To, p.From)
		}
	})
}
