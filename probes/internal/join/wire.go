package join

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/lamplight-net/lamplight/probes/internal/minisign"
)

// An invitation on its way is a row of fields: a tag, a length in one byte, the value. Fields come in the order of
// their tags, so that one invitation has one link. It is binary because as JSON with keys in base64 the QR code of
// two gateways and three list keys is wider than a terminal of 80 columns.
const (
	tagGateway = iota + 1 // may repeat
	tagGatewayKey
	tagListKey // may repeat: 8 bytes of id, 32 of key
	tagListNeeded
	tagList
)

func (i Invitation) encode() []byte {
	var out []byte
	field := func(tag byte, value []byte) {
		out = append(append(out, tag, byte(len(value))), value...)
	}
	for _, gateway := range i.Gateways {
		field(tagGateway, []byte(gateway))
	}
	field(tagGatewayKey, i.GatewayKey)
	for _, k := range i.ListKeys {
		field(tagListKey, append(k.ID[:], k.Key...))
	}
	if len(i.ListKeys) > 0 {
		field(tagListNeeded, []byte{byte(i.ListNeeded)})
	}
	if i.List != "" {
		field(tagList, []byte(i.List))
	}
	return out
}

func decode(body []byte) (Invitation, error) {
	var i Invitation
	last := byte(0)
	for len(body) > 0 {
		if len(body) < 2 || len(body) < 2+int(body[1]) {
			return Invitation{}, errors.New("a field is cut off")
		}
		tag, value := body[0], body[2:2+int(body[1])]
		body = body[2+len(value):]
		if tag < last || tag == last && tag != tagGateway && tag != tagListKey {
			return Invitation{}, errors.New("its fields are out of order")
		}
		last = tag
		if err := i.take(tag, value); err != nil {
			return Invitation{}, err
		}
	}
	return i, i.Validate()
}

func (i *Invitation) take(tag byte, value []byte) error {
	if len(value) == 0 {
		return errors.New("a field is empty")
	}
	switch tag {
	case tagGateway:
		i.Gateways = append(i.Gateways, string(value))
	case tagGatewayKey:
		i.GatewayKey = ed25519.PublicKey(value)
	case tagListKey:
		var k minisign.PublicKey
		if len(value) != len(k.ID)+ed25519.PublicKeySize {
			return errors.New("a list key has the wrong length")
		}
		k.Key = value[copy(k.ID[:], value):]
		i.ListKeys = append(i.ListKeys, k)
	case tagListNeeded:
		if len(value) != 1 || value[0] == 0 {
			return errors.New("the number of signatures has the wrong length, or is none")
		}
		i.ListNeeded = int(value[0])
	case tagList:
		i.List = string(value)
	default:
		return fmt.Errorf("it holds something that this version does not know (%d): get a newer lamplight-probe", tag)
	}
	return nil
}
