package store

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSplitStatements(t *testing.T) {
	got := splitStatements("-- a comment; with an end;\nCREATE TABLE a\n(\n    x String COMMENT 'one; two'\n);\n\n  -- more\nDROP b;\nlast")
	want := []string{"CREATE TABLE a\n(\n    x String COMMENT 'one; two'\n)", "DROP b", "last"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRender(t *testing.T) {
	const statement = "CREATE TABLE IF NOT EXISTS x {{on_cluster}} (a String) ENGINE = {{replicated}}MergeTree"
	for cluster, want := range map[string]string{
		"":        "CREATE TABLE IF NOT EXISTS x  (a String) ENGINE = MergeTree",
		"harbor`": "CREATE TABLE IF NOT EXISTS x ON CLUSTER `harbor\\`` (a String) ENGINE = ReplicatedMergeTree",
	} {
		if got := render(statement, cluster); got != want {
			t.Errorf("cluster %q: got %s", cluster, got)
		}
	}
}

func TestReadMigrationsRefuses(t *testing.T) {
	const fine = "CREATE TABLE IF NOT EXISTS x (a String) ENGINE = MergeTree ORDER BY a;\n"
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"nothing", nil, "no migrations"},
		{"a hole", map[string]string{"0001_a.sql": fine, "0003_b.sql": fine}, "number 0002 expected"},
		{"a number twice", map[string]string{"0001_a.sql": fine, "0001_b.sql": fine}, "number 0002 expected"},
		{"another name", map[string]string{"first.sql": fine}, "name is not like"},
		{"an empty file", map[string]string{"0001_a.sql": "-- later\n"}, "holds no statement"},
		{"a table that is there already", map[string]string{"0001_a.sql": "CREATE TABLE x (a String) ENGINE = MergeTree ORDER BY a;"}, "cannot be repeated"},
		{"a column that is there already", map[string]string{"0001_a.sql": "ALTER TABLE x ADD COLUMN b String;"}, "cannot be repeated"},
		{"rows that would come twice", map[string]string{"0001_a.sql": "INSERT INTO x VALUES (1);"}, "cannot be repeated"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range test.files {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			if _, err := readMigrations(files); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestPending(t *testing.T) {
	one, two := migration{version: 1, name: "one", checksum: "a"}, migration{version: 2, name: "two", checksum: "b"}
	done := func(m migration) applied { return applied{Version: m.version, Name: m.name, Checksum: m.checksum} }
	for _, test := range []struct {
		name string
		done []applied
		want []migration
		err  error
	}{
		{"new database", nil, []migration{one, two}, nil},
		{"behind", []applied{done(one)}, []migration{two}, nil},
		{"up to date", []applied{done(one), done(two)}, nil, nil},
		{"edited", []applied{{Version: 1, Name: "one", Checksum: "other"}}, nil, ErrMigrationEdited},
		{"ahead", []applied{done(one), done(two), {Version: 3, Name: "three"}}, nil, ErrMigrationUnknown},
		{"a hole", []applied{done(two)}, nil, ErrMigrationUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := pending([]migration{one, two}, test.done)
			if !errors.Is(err, test.err) {
				t.Fatalf("got %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(migration{}), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
