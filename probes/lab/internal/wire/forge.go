package wire

// back returns a packet of the receiver's to the sender of p, as if it answered.
func (p *Packet) back(flags byte, payload []byte) *Packet {
	seq := p.Ack
	length := uint32(len(p.Payload))
	if p.Flags&(flagSYN|flagFIN) != 0 {
		length++
	}
	return &Packet{From: p.To, To: p.From, UDP: p.UDP, Flags: flags, Seq: seq, Ack: p.Seq + length, Payload: payload}
}

// Reset returns the packet that makes the sender of p believe that the receiver broke off.
func (p *Packet) Reset() *Packet { return p.back(flagRST|flagACK, nil) }

// ResetOn returns the packet that makes the receiver of p believe that its sender broke off.
func (p *Packet) ResetOn() *Packet {
	return &Packet{From: p.From, To: p.To, Flags: flagRST | flagACK, Seq: p.Seq, Ack: p.Ack}
}

// Say returns the packet that makes the sender of p believe that the receiver said something and, for TCP, hung up.
func (p *Packet) Say(payload []byte) *Packet {
	return p.back(flagPSH|flagACK|flagFIN, payload)
}

// Opens reports whether p asks for a connection.
func (p *Packet) Opens() bool { return !p.UDP && p.Flags&(flagSYN|flagACK) == flagSYN }
