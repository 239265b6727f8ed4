package dns

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"time"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// stream asks over TCP (RFC 7766) or over TLS (RFC 7858). A question that fails ends its connection, so
// that an answer that comes late never meets the next question, which connects anew.
type stream struct {
	v        *check.Vantage
	resolver plan.Resolver
	conn     net.Conn            // nil: none yet, or none any more
	failed   measurement.Failure // of connecting: it is not tried again
}

func (s *stream) ask(ctx context.Context, question *dns.Msg) sighting {
	start := time.Now()
	seen, reused := s.once(ctx, question)
	if reused && seen.flaw == "" && (seen.failure == measurement.FailureEOF || seen.failure == measurement.FailureConnectionReset) {
		// Some servers answer once and hang up. One that hangs up on a fresh connection means it.
		seen, _ = s.once(ctx, question)
	}
	seen.after = time.Since(start)
	return seen
}

func (s *stream) close() {
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}

func (s *stream) once(ctx context.Context, question *dns.Msg) (seen sighting, reused bool) {
	reused = s.conn != nil
	if !reused && s.failed == "" {
		s.conn, s.failed = s.dial(ctx)
	}
	if s.failed != "" {
		return sighting{failure: s.failed}, reused
	}
	if seen = s.converse(ctx, question); seen.failure != "" {
		s.close()
	}
	return seen, reused
}

func (s *stream) dial(ctx context.Context) (net.Conn, measurement.Failure) {
	if s.resolver.Transport == measurement.TransportDoT {
		conn, failed := secure(ctx, s.v, s.resolver)
		if failed != "" {
			return nil, failed // and not a nil *tls.Conn, which a net.Conn would hold as a value
		}
		return conn, ""
	}
	return connect(ctx, s.v, s.resolver)
}

// maxMessages bounds the answers to other questions that a resolver may send before ours.
const maxMessages = 4

func (s *stream) converse(ctx context.Context, question *dns.Msg) (seen sighting) {
	packed, err := question.Pack()
	if err != nil {
		return sighting{failure: failure.Of(failure.Resolve, err)}
	}
	conn := s.conn
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	err = conn.SetDeadline(time.Now().Add(s.v.Timeouts.DNS))
	if err == nil {
		// In one write: RFC 7766, section 8, since some servers do not put halves together.
		_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...))
	}
	for range maxMessages {
		var message []byte
		if err == nil {
			message, err = receive(conn)
		}
		if err != nil {
			break
		}
		answer, flaw := read(message, question)
		if flaw == "" {
			seen.first = answer
			seen.note(answer.flaw())
			return seen
		}
		seen.note(flaw)
		if len(message) > maxMessage {
			break // there is no use in reading on to its end
		}
	}
	seen.unanswered(failure.Resolve, err)
	return seen
}

// receive reads one message, or of one that is longer than any honest one so much that it is seen to be.
func receive(conn net.Conn) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	message := make([]byte, min(int(binary.BigEndian.Uint16(length[:])), maxMessage+1))
	_, err := io.ReadFull(conn, message)
	return message, err
}
