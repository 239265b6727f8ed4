package kafka

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

var (
	errPortTaken = errors.New("a port that was free is taken")
	errEnded     = errors.New("the broker ended at once")
)

// awaitReady returns when the broker lists itself in its metadata, or it has ended, or ctx has. An open
// port is not enough: a broker that its controller has not admitted yet cannot hold a topic.
func (b *Broker) awaitReady(ctx context.Context) error {
	for {
		brokers, err := countBrokers(ctx, b.address)
		if err == nil && brokers > 0 {
			return nil
		}
		select {
		case <-b.process.Done():
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("wait for the broker: %w (its last answer: %w)", ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// countBrokers asks for the metadata of no topic.
func countBrokers(ctx context.Context, address string) (int, error) {
	connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", address)
	if err != nil {
		return 0, err
	}
	defer func() { _ = connection.Close() }()
	if err := connection.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return 0, err
	}
	request := kmsg.NewPtrMetadataRequest()
	request.Version = 4
	request.Topics = []kmsg.MetadataRequestTopic{}
	const correlation = 1
	if _, err := connection.Write(kmsg.NewRequestFormatter().AppendRequest(nil, request, correlation)); err != nil {
		return 0, err
	}
	var head [8]byte // length, correlation id
	if _, err := io.ReadFull(connection, head[:]); err != nil {
		return 0, err
	}
	const limit = 64 << 10
	length := binary.BigEndian.Uint32(head[:4])
	if length < 4 || length > limit || binary.BigEndian.Uint32(head[4:]) != correlation {
		return 0, errors.New("not a Kafka broker")
	}
	body := make([]byte, length-4)
	if _, err := io.ReadFull(connection, body); err != nil {
		return 0, err
	}
	response := request.ResponseKind().(*kmsg.MetadataResponse)
	if err := response.ReadFrom(body); err != nil {
		return 0, err
	}
	return len(response.Brokers), nil
}
