package gateway_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/gateway"
)

// The sender's address is in nothing that leaves the gateway: not in the message, in no part of it, not in the
// log, not in a metric, not in an answer; neither as text nor as bytes, and neither whole nor as its network.
func TestNothingKeepsTheAddress(t *testing.T) {
	for _, sender := range []string{"203.0.113.77", "2001:db8:77:1234:5678:9abc:def0:1357"} {
		t.Run(sender, func(t *testing.T) {
			b := withTopics(t, func(c *gateway.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
			probe := batchtest.NewProbe(t, 1)
			good := probe.Batch(t, time.Now(), 3)
			junk := good
			junk.Body = []byte("junk")
			places := map[string][]byte{}
			for name, batch := range map[string]batchtest.Batch{"answer": good, "refusal": junk} {
				got := b.post(t, batch, func(h http.Header) { h.Set("X-Forwarded-For", sender) })
				places[name] = fmt.Append(nil, string(got.body), got.header)
			}
			message := b.fetch(t)
			places["key"], places["value"] = message.Key, message.Value
			for i, h := range message.Headers {
				places[fmt.Sprintf("header %d %s", i, h.Name)] = append([]byte(h.Name+" "), h.Value...)
			}
			if len(message.Headers) < 8 {
				t.Fatalf("the message has %d headers", len(message.Headers))
			}
			metrics, err := b.metrics.Gather()
			if err != nil {
				t.Fatal(err)
			}
			places["log"], places["metrics"] = b.log.Bytes(), fmt.Append(nil, metrics)
			if !bytes.Contains(places["log"], []byte("batch refused")) {
				t.Fatal("the log is empty")
			}
			for name, content := range places {
				for _, form := range formsOf(netip.MustParseAddr(sender)) {
					if bytes.Contains(content, form) {
						t.Errorf("%s holds the sender's address as %q: %q", name, form, content)
					}
				}
			}
		})
	}
}

// formsOf returns how an address, or the network around it, can be written.
func formsOf(a netip.Addr) [][]byte {
	if a.Is4() {
		return [][]byte{[]byte(a.String()), a.AsSlice(), []byte("203.0.113"), []byte("127.0.0.1")}
	}
	return [][]byte{[]byte(a.String()), []byte(a.StringExpanded()), a.AsSlice(), []byte("2001:db8:77"), []byte("127.0.0.1")}
}
