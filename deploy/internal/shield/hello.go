package shield

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// hello is the greeting with which a client opens a connection of the native protocol.
type hello struct {
	raw                      []byte // as received
	database, user, password string
}

// maxWord bounds each text of a greeting, in bytes. Names and passwords are far shorter.
const maxWord = 4 << 10

// Packet types of the native protocol, as in ClickHouse's src/Core/Protocol.h.
const (
	clientHello     = 0
	serverException = 2
)

var errNoHello = errors.New("not a greeting of ClickHouse's native protocol")

// readHello reads a greeting and not a byte more.
func readHello(from io.Reader) (hello, error) {
	r := &recorder{from: from}
	kind, err := binary.ReadUvarint(r)
	if err != nil {
		return hello{}, err
	}
	if kind != clientHello {
		return hello{}, errNoHello
	}
	var h hello
	client := ""
	for _, field := range []any{&client, nil, nil, nil, &h.database, &h.user, &h.password} {
		if text, ok := field.(*string); ok {
			*text, err = r.word()
		} else {
			_, err = binary.ReadUvarint(r) // major, minor and protocol version: the engine's concern
		}
		if err != nil {
			return hello{}, err
		}
	}
	h.raw = r.read.Bytes()
	return h, nil
}

// recorder reads byte by byte, so that nothing behind the greeting is lost, and keeps what it read.
type recorder struct {
	from io.Reader
	read bytes.Buffer
}

// ReadByte implements io.ByteReader.
func (r *recorder) ReadByte() (byte, error) {
	var one [1]byte
	if _, err := io.ReadFull(r.from, one[:]); err != nil {
		return 0, err
	}
	return one[0], r.read.WriteByte(one[0])
}

func (r *recorder) word() (string, error) {
	length, err := binary.ReadUvarint(r)
	if err != nil {
		return "", err
	}
	if length > maxWord {
		return "", errNoHello
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r.from, text); err != nil {
		return "", err
	}
	_, err = r.read.Write(text)
	return string(text), err
}

// refusal is why the engine would not take a greeting.
type refusal struct {
	code    int32 // of ClickHouse's errors
	message string
}

// Error implements error.
func (r refusal) Error() string { return fmt.Sprintf("code %d: %s", r.code, r.message) }

// packet returns the refusal in the native protocol: the exception that the engine itself would have sent.
func (r refusal) packet() []byte {
	const name = "DB::Exception"
	out := []byte{serverException}
	out = binary.LittleEndian.AppendUint32(out, uint32(r.code))
	for _, text := range []string{name, r.message, ""} { // the last is the stack trace
		out = binary.AppendUvarint(out, uint64(len(text)))
		out = append(out, text...)
	}
	return append(out, 0) // no nested exception
}
