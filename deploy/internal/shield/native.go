package shield

import (
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// helloTime is how long a client may take to greet. It does so as soon as it is connected.
const helloTime = 10 * time.Second

// serveNative passes one client's connection on, once the engine is known to take it.
func (s *Shield) serveNative(ctx context.Context, client *net.TCPConn) error {
	defer func() { _ = client.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer stop()

	if err := client.SetReadDeadline(time.Now().Add(helloTime)); err != nil {
		return err
	}
	greeting, err := readHello(client)
	if err != nil {
		return err
	}
	if err := client.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	if err := s.vouch(ctx, greeting); err != nil {
		if refused, ok := errors.AsType[refusal](err); ok {
			_, _ = client.Write(refused.packet())
		}
		return err
	}
	engine, err := dialOrderly(ctx, s.engine.Native)
	if err != nil {
		return err
	}
	defer func() { _ = engine.Close() }()
	if _, err := engine.Write(greeting.raw); err != nil {
		return err
	}
	answers := make(chan struct{})
	go func() {
		defer close(answers)
		_, _ = io.Copy(client, engine.TCPConn)
		// Nobody answers any more. What the engine said last arrives, and the copy below comes to an end.
		_ = client.CloseWrite()
		_ = client.SetReadDeadline(time.Now().Add(drainTime))
	}()
	_, _ = io.Copy(engine.TCPConn, client)
	_ = engine.CloseWrite()
	_ = engine.SetReadDeadline(time.Now().Add(drainTime)) // a query still running is canceled by that
	<-answers
	return nil
}
