package shield

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// TestOrderlyEnd closes a connection with bytes unread, and the other side reads an end, not a reset.
func TestOrderlyEnd(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	ended := make(chan error, 1)
	go func() { ended <- answerAndWait(listener) }()

	connection, err := dialOrderly(t.Context(), listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(connection, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := connection.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the engine's side got %v, want an orderly end", err)
	}
}

// answerAndWait sends more than anybody reads, and returns how the connection ended.
func answerAndWait(listener net.Listener) error {
	connection, err := listener.Accept()
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	if _, err := connection.Write(make([]byte, 64<<10)); err != nil {
		return err
	}
	if err := connection.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return err
	}
	if _, err := connection.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("not an end: %w", err)
	}
	return nil
}
