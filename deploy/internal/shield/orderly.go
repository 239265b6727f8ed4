package shield

import (
	"context"
	"io"
	"net"
	"time"
)

// drainTime is how long the rest of an answer that nobody waits for any more is read before its connection
// is cut. The engine survives a cut in the middle of an answer, but not one behind its end.
const drainTime = 5 * time.Second

// orderly is a connection to the engine that ends with a FIN and never with a RST: a connection that is
// closed with bytes unread is reset by the kernel, so whatever is left is read first.
type orderly struct{ *net.TCPConn }

func dialOrderly(ctx context.Context, address string) (orderly, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return orderly{}, err
	}
	return orderly{connection.(*net.TCPConn)}, nil
}

// Close says that no more will come, and returns at once; the rest is read behind the caller's back.
func (o orderly) Close() error {
	err := o.CloseWrite()
	_ = o.SetReadDeadline(time.Now().Add(drainTime))
	go func() {
		_, _ = io.Copy(io.Discard, o.TCPConn)
		_ = o.TCPConn.Close()
	}()
	return err
}
