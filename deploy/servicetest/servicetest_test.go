package servicetest_test

import (
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// TestDatabase shows that a database of one's own is usable, and gone after the test that asked for it.
func TestDatabase(t *testing.T) {
	var name string
	t.Run("owner", func(t *testing.T) {
		address, database := servicetest.Database(t)
		name = database
		db, err := store.Open(t.Context(), store.Options{Address: address, Database: database})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Exec(t.Context(), "CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n"); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	address, other := servicetest.Database(t)
	db, err := store.Open(t.Context(), store.Options{Address: address, Database: other})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	type row struct {
		Name string `ch:"name"`
	}
	rows, err := store.Collect(store.Select[row](t.Context(), db, "SELECT name FROM system.databases WHERE name = ?", name))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 0 {
		t.Errorf("database %s outlived its test", name)
	}
}

func TestEachKafka(t *testing.T) {
	servicetest.EachKafka(t, func(t *testing.T, broker string) {
		client := &kafka.Client{Addr: kafka.TCP(broker), Timeout: 10 * time.Second}
		response, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: "servicetest", NumPartitions: 3, ReplicationFactor: 1}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Errors["servicetest"]; err != nil {
			t.Error(err)
		}
	})
}
