package blockpage

import (
	"bytes"
	"encoding/binary"
)

// phrases finds a thousand and more phrases in a body in one pass, so that recognizing block pages costs a
// small device little: by their first four bytes, after a look into a filter that most places do not pass.
type phrases struct {
	filter [1 << 10]uint64
	starts map[uint32][]phrase
}

type phrase struct {
	text  []byte
	print int
}

// minPhrase is the shortest phrase; shorter ones stand on ordinary pages too.
const minPhrase = 4

func (p *phrases) add(text string, print int) {
	if p.starts == nil {
		p.starts = map[uint32][]phrase{}
	}
	start := binary.LittleEndian.Uint32([]byte(text))
	p.starts[start] = append(p.starts[start], phrase{[]byte(text), print})
	word, bit := slot(start)
	p.filter[word] |= bit
}

// find appends to found the prints of the phrases that body holds.
func (p *phrases) find(body []byte, found []int) []int {
	for i := 0; i+minPhrase <= len(body); i++ {
		start := binary.LittleEndian.Uint32(body[i:])
		if word, bit := slot(start); p.filter[word]&bit == 0 {
			continue
		}
		for _, candidate := range p.starts[start] {
			if bytes.HasPrefix(body[i:], candidate.text) {
				found = append(found, candidate.print)
			}
		}
	}
	return found
}

// slot is where the filter keeps a start: 16 bits of Knuth's multiplicative hash.
func slot(start uint32) (word int, bit uint64) {
	hash := start * 2654435761 >> 16
	return int(hash >> 6), 1 << (hash & 63)
}
