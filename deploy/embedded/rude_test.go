package embedded_test

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// TestRudeClients does what ends the bare library, and finds the engine answering after each.
func TestRudeClients(t *testing.T) {
	engine := start(t, t.TempDir())
	acts := map[string]func(t *testing.T){
		"no greeting":           func(t *testing.T) { hangUp(t, dial(t, engine.Native())) },
		"half a greeting":       func(t *testing.T) { say(t, engine.Native(), greeting("", "default")[:5], hangUp) },
		"bytes that are none":   func(t *testing.T) { say(t, engine.Native(), []byte("\xff\xff\xffnonsense"), hangUp) },
		"HTTP where it is not":  func(t *testing.T) { say(t, engine.Native(), []byte("GET / HTTP/1.1\r\n\r\n"), hangUp) },
		"unknown user":          func(t *testing.T) { say(t, engine.Native(), greeting("", "nobody"), hangUp) },
		"unknown database":      func(t *testing.T) { say(t, engine.Native(), greeting("nothing", "default"), hangUp) },
		"reset when idle":       func(t *testing.T) { say(t, engine.Native(), greeting("", "default"), reset) },
		"nonsense packet":       func(t *testing.T) { say(t, engine.Native(), append(greeting("", "default"), 99, 1, 2), hangUp) },
		"half a query, reset":   func(t *testing.T) { say(t, engine.Native(), append(greeting("", "default"), 1, 0), reset) },
		"half a request, reset": func(t *testing.T) { say(t, engine.HTTP(), []byte("GET /ping HTTP/1.1\r\nHost: x\r\n"), reset) },
		"long answer, reset": func(t *testing.T) {
			say(t, engine.HTTP(), []byte("GET /?query=SELECT+repeat('x',1000)+FROM+numbers(1000000) HTTP/1.1\r\nHost: x\r\n\r\n"), reset)
		},
	}
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			act(t)
			for range 5 { // the library needs a moment to notice
				if got := query(t, engine, "SELECT 1"); got != "1" {
					t.Fatalf("the engine answers %q", got)
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
}

// TestRefusedClientIsTold shows that a client that the shield refuses reads the engine's own words.
func TestRefusedClientIsTold(t *testing.T) {
	engine := start(t, t.TempDir())
	_, err := store.Open(t.Context(), store.Options{Address: engine.Native(), Database: "any", Username: "nobody"})
	if err == nil || !strings.Contains(err.Error(), "code: 516, message: nobody: Authentication failed") {
		t.Errorf("got error %v, want that the authentication failed", err)
	}
}

// greeting is the first packet of the native protocol, of a client older than its later additions.
func greeting(database, user string) []byte {
	const version, packetHello = 54058, 0
	out := []byte{packetHello}
	text := func(s string) { out = append(binary.AppendUvarint(out, uint64(len(s))), s...) }
	text("rude")
	for _, number := range []uint64{1, 1, version} {
		out = binary.AppendUvarint(out, number)
	}
	text(database)
	text(user)
	text("")
	return out
}

// say sends words, waits for the first bytes of an answer, if one comes, and ends the connection.
func say(t *testing.T, address string, words []byte, end func(*testing.T, *net.TCPConn)) {
	t.Helper()
	connection := dial(t, address)
	if _, err := connection.Write(words); err != nil {
		t.Fatal(err)
	}
	if err := connection.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadAtLeast(connection, make([]byte, 64), 1)
	end(t, connection)
}

func dial(t *testing.T, address string) *net.TCPConn {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return connection.(*net.TCPConn)
}

func hangUp(t *testing.T, connection *net.TCPConn) {
	t.Helper()
	if err := connection.Close(); err != nil {
		t.Error(err)
	}
}

func reset(t *testing.T, connection *net.TCPConn) {
	t.Helper()
	if err := connection.SetLinger(0); err != nil {
		t.Error(err)
	}
	hangUp(t, connection)
}
