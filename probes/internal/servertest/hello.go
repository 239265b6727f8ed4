package servertest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
)

// ByName reads the client's hello, as a censor on the path does, and behaves as the name in it has earned.
func ByName(behave func(name string) Behavior) Behavior {
	return func(conn net.Conn) {
		var name string
		var seen bytes.Buffer
		peek := listening{Conn: conn, r: io.TeeReader(conn, &seen)}
		_ = tls.Server(peek, &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			name = hello.ServerName
			return nil, errors.New("seen enough")
		}}).HandshakeContext(context.Background())
		behave(name)(replayed{TCPConn: conn.(*net.TCPConn), r: io.MultiReader(&seen, conn)})
	}
}

// Blocked behaves badly to a hello with a name, and as otherwise says to any other.
func Blocked(name string, badly, otherwise Behavior) Behavior {
	return ByName(func(asked string) Behavior {
		if asked == name {
			return badly
		}
		return otherwise
	})
}

// Alert answers the client's hello with a fatal TLS alert.
func Alert(number uint8) Behavior {
	return Say(string([]byte{21, 3, 3, 0, 2, 2, number}))
}

// listening hears the client and does not speak.
type listening struct {
	net.Conn
	r io.Reader
}

func (l listening) Read(p []byte) (int, error)  { return l.r.Read(p) }
func (l listening) Write(p []byte) (int, error) { return len(p), nil }

// replayed is a connection whose first bytes have been read before.
type replayed struct {
	*net.TCPConn
	r io.Reader
}

func (r replayed) Read(p []byte) (int, error) { return r.r.Read(p) }
