package shield

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// encode writes a greeting of a client of protocol version 54058.
func encode(database, user, password string) []byte {
	out := []byte{clientHello}
	text := func(s string) { out = append(binary.AppendUvarint(out, uint64(len(s))), s...) }
	text("client")
	for _, number := range []uint64{1, 1, 54058} {
		out = binary.AppendUvarint(out, number)
	}
	text(database)
	text(user)
	text(password)
	return out
}

func TestReadHello(t *testing.T) {
	greeting := encode("lamplight", "default", "secret")
	from := bytes.NewReader(append(bytes.Clone(greeting), "the first query"...))
	got, err := readHello(from)
	if err != nil {
		t.Fatal(err)
	}
	want := hello{raw: greeting, database: "lamplight", user: "default", password: "secret"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(hello{})); diff != "" {
		t.Errorf("greeting (-want +got):\n%s", diff)
	}
	if rest, _ := io.ReadAll(from); string(rest) != "the first query" {
		t.Errorf("behind the greeting is left %q", rest)
	}
}

func TestReadHelloRefuses(t *testing.T) {
	tests := []struct {
		name string
		sent []byte
		want error
	}{
		{"nothing", nil, io.EOF},
		{"cut", encode("lamplight", "default", "")[:12], io.ErrUnexpectedEOF},
		{"HTTP", []byte("GET / HTTP/1.1\r\n\r\n"), errNoHello},
		{"another packet", []byte{1, 0}, errNoHello},
		{"long name", encode(strings.Repeat("x", maxWord+1), "default", ""), errNoHello},
		{"length without end", append([]byte{0}, bytes.Repeat([]byte{0xff}, 20)...), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readHello(bytes.NewReader(test.sent))
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
		})
	}
}

func TestRefusalPacket(t *testing.T) {
	got := refusal{code: 81, message: "Database nodb does not exist"}.packet()
	// As recorded from ClickHouse 26.7, but for the stack trace.
	want := "\x02Q\x00\x00\x00\rDB::Exception\x1cDatabase nodb does not exist\x00\x00"
	if string(got) != want {
		t.Errorf("packet is %q, want %q", got, want)
	}
}

func FuzzReadHello(f *testing.F) {
	f.Add(encode("lamplight", "default", "secret"))
	f.Add(encode("", "", ""))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		got, err := readHello(bytes.NewReader(sent))
		if err != nil {
			return
		}
		if !bytes.HasPrefix(sent, got.raw) {
			t.Errorf("kept %q of %q", got.raw, sent)
		}
		if len(got.database) > maxWord || len(got.user) > maxWord || len(got.password) > maxWord {
			t.Error("a text beyond the limit was taken")
		}
	})
}
