package gateway_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"maps"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/gateway"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// lookedAt is a batch that names a plan and opened these sites.
func lookedAt(t *testing.T, country, plan, vantage string, number uint64, sites ...string) batchtest.Batch {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	var records []measurement.Record
	for _, url := range sites {
		records = append(records, measurement.Record{
			Kind: measurement.KindHTTP, MeasuredAt: now, DurationMS: uint32(number), Target: url, Class: measurement.ClassForeign, HTTP: &measurement.HTTP{Status: 200},
		})
	}
	raw, err := measurement.Encode(measurement.Header{
		Schema: measurement.SchemaVersion, Software: "x", Plan: plan, CreatedAt: now, Sequence: 1, Vantage: vantage,
		Network: measurement.Network{Country: country, Type: measurement.NetworkUnknown},
	}, records)
	if err != nil {
		t.Fatal(err)
	}
	return batchtest.NewProbe(t, number).SignBytes(t, raw)
}

func (b bench) receipt(t *testing.T, batch batchtest.Batch, from http.Header) measurement.Receipt {
	t.Helper()
	taken := b.post(t, batch, func(h http.Header) { maps.Copy(h, from) })
	signature, err := base64.StdEncoding.DecodeString(taken.header.Get("Lamplight-Signature"))
	if err != nil || taken.status != http.StatusOK {
		t.Fatalf("%d: %s (%v)", taken.status, taken.body, err)
	}
	receipt, err := measurement.VerifyReceipt(b.key, taken.body, signature, measurement.NewBatchID(batch.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// A receipt names what few have looked at in the country that the sender's address is in, by the number on the list that
// both have, and nothing else. Who only says where they are adds nothing to what is known and hears nothing of it.
func TestReceiptNamesWhatFewLookAt(t *testing.T) {
	a, z := "https://a.example/", "https://z.example/"
	folder, _ := shelf(t, 3, a, z)
	var ahead atomic.Int64
	control := batchtest.NewProbe(t, 206)
	b := withTopics(t, func(c *gateway.Config) {
		c.Lists, c.Controls = folder, []ed25519.PublicKey{control.Key}
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	kenya, uganda := http.Header{"X-Forwarded-For": {"192.0.2.7"}}, http.Header{"X-Forwarded-For": {"198.51.100.7"}}
	relayed := http.Header{"X-Forwarded-For": {"192.0.2.7"}, "Lamplight-Relayed": {"1"}}
	for n := range uint64(100) {
		if got := b.receipt(t, lookedAt(t, "KE", "ke-3", "", n, a), kenya).Wanted; got != nil {
			t.Errorf("after %d batches it wants %+v", n, got)
		}
		// As many that look at the other, and say that they are there.
		b.receipt(t, lookedAt(t, "KE", "ke-3", "", 1000+n, z), nil)
		b.receipt(t, lookedAt(t, "KE", "ke-3", "", 2000+n, z), uganda)
		b.receipt(t, lookedAt(t, "KE", "ke-3", "", 3000+n, z), relayed)
	}
	ahead.Store(int64(3*time.Hour + time.Minute)) // what was counted is said when its three hours are over
	for _, test := range []struct {
		name  string
		from  http.Header
		batch batchtest.Batch
		want  *measurement.Wanted
	}{
		{"in another country", uganda, lookedAt(t, "UG", "ke-3", "", 201, a), nil},
		{"said to be there", nil, lookedAt(t, "KE", "ke-3", "", 208, a), nil},
		{"said to be there, from another country", uganda, lookedAt(t, "KE", "ke-3", "", 209, a), nil},
		{"said to be there, through a proxy", relayed, lookedAt(t, "KE", "ke-3", "", 210, a), nil},
		{"nowhere", nil, lookedAt(t, "ZZ", "ke-3", "", 202, a), nil},
		{"by another issue", kenya, lookedAt(t, "KE", "ke-2", "", 203, a), nil},
		{"by another list", kenya, lookedAt(t, "KE", "ug-3", "", 204, a), nil},
		{"by the built-in list", kenya, lookedAt(t, "KE", "builtin", "", 205, a), nil},
		{"by a control", kenya, lookedAt(t, "KE", "ke-3", measurement.VantageControl, 206, a), nil},
		{"by a probe there", kenya, lookedAt(t, "KE", "ke-3", "", 207, a), &measurement.Wanted{List: "ke-3", Targets: []uint16{1}}},
	} {
		if diff := cmp.Diff(test.want, b.receipt(t, test.batch, test.from).Wanted); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	const counted = `
# HELP lamplight_gateway_wanted_receipts_total Receipts that named targets of --lists which few have looked at lately in the sender's country.
# TYPE lamplight_gateway_wanted_receipts_total counter
lamplight_gateway_wanted_receipts_total 1
`
	if err := testutil.GatherAndCompare(b.metrics, strings.NewReader(counted), "lamplight_gateway_wanted_receipts_total"); err != nil {
		t.Error(err)
	}
	if log := b.log.String(); strings.Contains(log, "a.example") || strings.Contains(log, "KE") {
		t.Errorf("the log tells who looked at what:\n%s", log)
	}
}
