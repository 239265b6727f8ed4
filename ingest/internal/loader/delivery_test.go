package loader

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/gateway"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// patience bounds a test that would otherwise hang; nothing passes because of it.
const patience = 2 * time.Minute

const (
	clients        = 12 // so that each of the 4 partitions has some
	recordsInBatch = 10
	pause          = 20 * time.Millisecond // of a client between two posts: the machine is to do other work too
)

// Every record that a gateway has acknowledged is in the analysts' view exactly once, although the loader
// is killed at each of its steps and at any moment, and the gateway while it answers.
func TestAcknowledgedRecordsArriveOnce(t *testing.T) {
	t.Parallel() // it mostly waits for sessions of the dead to end
	servicetest.EachKafka(t, func(t *testing.T, broker string) {
		run := newDelivery(t, broker)
		run.through(t, false)
		if missing, twice := run.check(t); missing != 0 || twice != 0 {
			t.Errorf("of %d records acknowledged, %d are missing and %d are there more than once", len(run.acknowledged), missing, twice)
		}
		if run.rows(t) == run.count(t, "SELECT count() AS n FROM v_measurements") {
			t.Error("the table holds no copies: the kills hit nothing")
		}
	})
}

// The check above can fail: it sees a loader that commits offsets before it inserts.
func TestDeliveryCheckSeesAnEarlyCommit(t *testing.T) {
	t.Parallel()
	run := newDelivery(t, servicetest.Kafka(t))
	run.through(t, true)
	if missing, _ := run.check(t); missing == 0 {
		t.Error("a loader that commits first and is killed lost nothing: the check is blind")
	}
}

// delivery is one run of probes, gateway, Kafka, loader and ClickHouse.
type delivery struct {
	db      *store.DB
	gateway child
	loader  child
	key     ed25519.PublicKey

	mu           sync.Mutex
	acknowledged map[measurement.RecordID]bool
	sent         map[measurement.RecordID]bool
}

func newDelivery(t *testing.T, broker string) *delivery {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cluster := bus.Cluster{Brokers: []string{broker}, Prefix: strings.ToLower(rand.Text()) + "."}
	if err := bus.CreateTopics(ctx, cluster, 4, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	address, database := servicetest.Database(t)
	options := store.Options{Address: address, Database: database}
	db, err := store.Open(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := store.MigrateIngest(ctx, db); err != nil {
		t.Fatal(err)
	}
	// No copy collapses in the background: the view alone has to.
	if err := db.Exec(ctx, "SYSTEM STOP MERGES measurements"); err != nil {
		t.Fatal(err)
	}
	keyFile := filepath.Join(t.TempDir(), "gateway.key")
	key, err := gateway.LoadKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	public := key.Public().(ed25519.PublicKey)
	return &delivery{
		db:           db,
		gateway:      child{Role: "gateway", Cluster: cluster, Address: "127.0.0.1:0", KeyFile: keyFile},
		loader:       child{Role: "loader", Cluster: cluster, Store: options, Gateways: []ed25519.PublicKey{public}, DieAfterStep: -1},
		key:          public,
		acknowledged: map[measurement.RecordID]bool{},
		sent:         map[measurement.RecordID]bool{},
	}
}

// through lets the probes post while loaders and the gateway are killed, and waits until the last batches
// have arrived.
func (d *delivery) through(t *testing.T, commitFirst bool) {
	t.Helper()
	g := d.gateway.start(t)
	d.gateway.Address = g.line // the next one takes its place
	url := "http://" + g.line

	enough := make(chan struct{})
	var posting sync.WaitGroup
	last := make([]batchtest.Batch, clients)
	for i := range clients {
		posting.Go(func() { last[i] = d.post(t, url, uint64(i), enough) })
	}

	// Three loaders share the partitions. Two kill themselves between two steps of their second block, which
	// shows that they were in the middle of work; the third is killed at whatever it does.
	var dying []*process
	for _, step := range []int{0, 1} {
		life := d.loader
		life.DieAfterStep, life.CommitFirst = step, commitFirst
		dying = append(dying, life.start(t))
	}
	third := d.loader.start(t)
	for _, p := range dying {
		p.died(t)
	}
	d.awaitRows(t, d.rows(t)+1)
	third.kill(t)
	g.kill(t)
	g = d.gateway.start(t)
	final := d.loader.start(t)
	d.awaitRows(t, d.rows(t)+1)

	close(enough)
	posting.Wait()
	// A partition is loaded in order: once a probe's last batch is there, all before it have been dealt with.
	for _, batch := range last {
		d.await(t, "the last batch of a probe", func() bool {
			return d.count(t, "SELECT count() AS n FROM v_batches WHERE id = ?", measurement.NewBatchID(batch.Bytes).String()) == 1
		})
	}
	final.stop(t)
	g.stop(t)
}

// post sends batches of one probe, each until a receipt for it verifies, and returns the last one.
func (d *delivery) post(t *testing.T, url string, number uint64, enough <-chan struct{}) batchtest.Batch {
	probe := batchtest.NewProbe(t, number)
	for {
		finish := false
		select {
		case <-enough:
			finish = true
		default:
		}
		batch := probe.Batch(t, time.Now(), recordsInBatch)
		d.note(d.sent, batch)
		for !d.posted(t, url, batch) {
			select {
			case <-t.Context().Done():
				return batch
			case <-time.After(pause):
			}
		}
		d.note(d.acknowledged, batch)
		if finish {
			return batch
		}
		time.Sleep(pause)
	}
}

func (d *delivery) note(ids map[measurement.RecordID]bool, batch batchtest.Batch) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range batch.IDs {
		ids[id] = true
	}
}

// posted sends a batch once, and reports whether a receipt for it came back.
func (d *delivery) posted(t *testing.T, url string, batch batchtest.Batch) bool {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/batches", bytes.NewReader(batch.Body))
	if err != nil {
		t.Error(err)
		return true
	}
	batch.SetHeaders(request.Header)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false // the gateway is away
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return false
	}
	switch response.StatusCode {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return false
	case http.StatusOK:
	default:
		t.Errorf("gateway answered %s: %s", response.Status, body)
		return true
	}
	signature, _ := base64.StdEncoding.DecodeString(response.Header.Get("Lamplight-Signature"))
	if _, err := measurement.VerifyReceipt(d.key, body, signature, measurement.NewBatchID(batch.Bytes)); err != nil {
		t.Error(err)
	}
	return true
}

// check compares what was acknowledged with what analysts see.
func (d *delivery) check(t *testing.T) (missing, twice int) {
	t.Helper()
	type seen struct {
		ID string `ch:"id"`
		N  uint64 `ch:"n"`
	}
	found := map[string]uint64{}
	for row, err := range store.Select[seen](t.Context(), d.db, "SELECT id, count() AS n FROM v_measurements GROUP BY id") {
		if err != nil {
			t.Fatal(err)
		}
		found[row.ID] = row.N
	}
	sent := map[string]bool{}
	for id := range d.sent {
		sent[id.String()] = true
	}
	for id := range d.acknowledged {
		if found[id.String()] == 0 {
			missing++
		}
	}
	for id, n := range found {
		if n > 1 {
			twice++
		}
		if !sent[id] {
			t.Errorf("record %s is in the view and no probe sent it", id)
		}
	}
	t.Logf("%d records acknowledged, %d in the view, %d rows in the table with copies", len(d.acknowledged), len(found), d.rows(t))
	return missing, twice
}

func (d *delivery) rows(t *testing.T) uint64 {
	t.Helper()
	return d.count(t, "SELECT count() AS n FROM measurements")
}

func (d *delivery) count(t *testing.T, query string, args ...any) uint64 {
	t.Helper()
	type row struct {
		N uint64 `ch:"n"`
	}
	rows, err := store.Collect(store.Select[row](t.Context(), d.db, query, args...))
	if err != nil {
		t.Fatal(err)
	}
	return rows[0].N
}

func (d *delivery) awaitRows(t *testing.T, n uint64) {
	t.Helper()
	d.await(t, "rows", func() bool { return d.rows(t) >= n })
}

func (d *delivery) await(t *testing.T, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: never came", what)
		}
	}
}
