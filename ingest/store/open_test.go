package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Whoever only reads or writes rows must not need the right to create databases, and must not hide a name
// that is misspelled.
func TestOnlyCreateCreates(t *testing.T) {
	address, mine := servicetest.Database(t)
	o := store.Options{Address: address, Database: mine + "_not"}
	if _, err := store.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), o.Database+" does not exist: run lamplight migrate") {
		t.Fatalf("opened a database that is not there: %v", err)
	}
	for range 2 {
		if err := store.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Exec(t.Context(), "DROP DATABASE "+o.Database+" SYNC"); err != nil {
		t.Error(err)
	}
}

// Whoever branches on what is wrong can tell that nobody answers from a server that says no.
func TestAway(t *testing.T) {
	address, database := servicetest.Database(t)
	for name, test := range map[string]struct {
		options store.Options
		away    bool
	}{
		"nobody listens": {store.Options{Address: "127.0.0.1:1", Database: database}, true},
		"a wrong user":   {store.Options{Address: address, Database: database, Username: "nobody"}, false},
	} {
		if _, err := store.Open(t.Context(), test.options); err == nil || errors.Is(err, store.ErrAway) != test.away {
			t.Errorf("%s: %v", name, err)
		}
	}
}
