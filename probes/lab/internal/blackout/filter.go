package blackout

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/net/bpf"
)

// The places that a socket has in its reuse-port group, which is also what the filter answers.
const (
	groupOpen = 0 // the listener that servers accept from
	groupHole = 1 // the listener whose queue is full
)

// sourceOffset is where the kernel's filter machine finds the IPv4 source address: SKF_NET_OFF, the
// start of the network header (linux/filter.h), and 12 bytes on (RFC 791 section 3.1).
const sourceOffset = 0xfff00000 + 12

// steering returns the classic BPF program that sends packets from cut prefixes to the hole and all
// others to the open listener.
func steering(cut []netip.Prefix) ([]bpf.RawInstruction, error) {
	program := []bpf.Instruction{bpf.LoadAbsolute{Off: sourceOffset, Size: 4}}
	for _, p := range cut {
		address := p.Masked().Addr().As4()
		program = append(program,
			bpf.TAX{},
			bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: ^uint32(0) << (32 - p.Bits())},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: binary.BigEndian.Uint32(address[:]), SkipTrue: 1},
			bpf.RetConstant{Val: groupHole},
			bpf.TXA{},
		)
	}
	return bpf.Assemble(append(program, bpf.RetConstant{Val: groupOpen}))
}
