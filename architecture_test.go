package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestArchitecture holds the house together: data flows down the rooms, imports point up, through doors.
func TestArchitecture(t *testing.T) {
	all := parseSources(t, ".")
	for _, door := range doors {
		if len(all[door].code) == 0 {
			t.Fatalf("door %s has no imports: the parser has not seen it", door)
		}
	}
	for _, violation := range violations(all) {
		t.Error(violation)
	}
}

// TestProbeBinary looks at everything that is built into the program that volunteers run.
func TestProbeBinary(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "./probes/lamplight-probe").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := strings.Fields(string(out))
	if len(packages) < 50 {
		t.Fatalf("go list names only %d packages", len(packages))
	}
	for _, violation := range probeViolations(packages) {
		t.Error(violation)
	}
}

func TestLaw(t *testing.T) {
	const in = module + "/"
	tests := []struct {
		name   string
		folder string
		code   string
		test   string // what a test file imports instead
		want   string
	}{
		{name: "door", folder: "analysis/internal/series", code: in + "ingest/store"},
		{name: "own room", folder: "ingest/internal/loader", code: in + "ingest/internal/bus"},
		{name: "standard library", folder: "probes/measurement", code: "crypto/ed25519"},
		{name: "main wires", folder: "", code: in + "probes/lab"},
		{name: "services for tests", folder: "ingest/store", test: in + "deploy/servicetest"},
		{name: "tables for tests", folder: "analysis/incident", test: in + "deploy/storetest"},
		{name: "the machine's means for tests", folder: "probes/internal/guard", test: in + "deploy/machinetest"},
		{name: "kafka-go in its place", folder: "ingest/internal/bus", code: "github.com/segmentio/kafka-go"},
		{name: "kafka-go in deploy's tests", folder: "deploy/kafka", test: "github.com/segmentio/kafka-go"},
		{name: "dns in probes", folder: "probes/lab/internal/names", code: "github.com/miekg/dns"},
		{name: "cmp in the record's tests", folder: "probes/measurement", test: "github.com/google/go-cmp/cmp"},

		{name: "wrong way", folder: "ingest/store", code: in + "analysis/incident",
			want: "ingest/store: imports " + in + "analysis/incident: analysis comes after ingest, and imports point back along the data's way"},
		{name: "wrong way in a test", folder: "probes/internal/agent", test: in + "ingest/store",
			want: "probes/internal/agent: its tests import " + in + "ingest/store: ingest comes after probes, and imports point back along the data's way"},
		{name: "not through a door", folder: "analysis", code: in + "ingest",
			want: "analysis: imports " + in + "ingest: ingest is seen from analysis only through its door"},
		{name: "beneath a door", folder: "dashboards", code: in + "analysis/incident/migrations",
			want: "dashboards: imports " + in + "analysis/incident/migrations: analysis is seen from dashboards only through its door"},
		{name: "switchboard from deploy", folder: "deploy/demo", code: in + "probes/lab",
			want: "deploy/demo: imports " + in + "probes/lab: probes is seen from deploy only through its door"},
		{name: "deploy from a room", folder: "dashboards", code: in + "deploy/embedded",
			want: "dashboards: imports " + in + "deploy/embedded: deploy comes after dashboards, and imports point back along the data's way"},
		{name: "services outside tests", folder: "ingest", code: in + "deploy/servicetest",
			want: "ingest: imports " + in + "deploy/servicetest: deploy comes after ingest, and imports point back along the data's way"},
		{name: "no room", folder: "ingest", code: in + "shared/retry",
			want: "ingest: imports " + in + "shared/retry: it is in no room"},
		{name: "from no room", folder: "tools", code: in + "ingest/store",
			want: "tools: imports " + in + "ingest/store: the importer is in no room, and only main wires rooms"},
		{name: "second kafka-go", folder: "ingest/internal/gateway", code: "github.com/segmentio/kafka-go/compress",
			want: "ingest/internal/gateway: imports github.com/segmentio/kafka-go/compress: only ingest/internal/bus may, because its defaults lose messages, and one package knows how to set them"},
		{name: "second kafka-go in a test", folder: "ingest/internal/loader", test: "github.com/segmentio/kafka-go",
			want: "ingest/internal/loader: its tests import github.com/segmentio/kafka-go: only ingest/internal/bus may, because its defaults lose messages, and one package knows how to set them"},
		{name: "second clickhouse-go", folder: "analysis/internal/series", code: "github.com/ClickHouse/clickhouse-go/v2",
			want: "analysis/internal/series: imports github.com/ClickHouse/clickhouse-go/v2: only ingest/store may, because rows and views are the only way to the tables"},
		{name: "second geoip2", folder: "probes/internal/agent", code: "github.com/oschwald/geoip2-golang/v2",
			want: "probes/internal/agent: imports github.com/oschwald/geoip2-golang/v2: only ingest/internal/geo may, because an address is located in one place and then forgotten"},
		{name: "dns outside probes", folder: "", code: "github.com/miekg/dns",
			want: "main: imports github.com/miekg/dns: only probes may, because only probes, and the lab they are tried in, speak DNS"},
		{name: "record with a library", folder: "probes/measurement", code: "github.com/klauspost/compress/zstd",
			want: "probes/measurement: imports github.com/klauspost/compress/zstd: the record is understood everywhere, so it needs the standard library and nothing else"},
		{name: "record with its own room", folder: "probes/measurement", code: in + "probes/internal/failure",
			want: "probes/measurement: imports " + in + "probes/internal/failure: the record is understood everywhere, so it needs the standard library and nothing else"},
		{name: "name without an idea", folder: "ingest/internal/util", code: "fmt",
			want: `ingest/internal/util: "util" names no idea: whatever fits nowhere else would gather there`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := sources{test.folder: {code: nonEmpty(test.code), tests: nonEmpty(test.test)}}
			if diff := cmp.Diff(nonEmpty(test.want), violations(all)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLawOfProbe(t *testing.T) {
	allowed := []string{"net/http", "github.com/miekg/dns", module + "/probes/measurement", module + "/probes/lamplight-probe"}
	if got := probeViolations(allowed); got != nil {
		t.Errorf("refused what a probe needs: %q", got)
	}
	for _, planted := range []string{
		"github.com/segmentio/kafka-go", "github.com/twmb/franz-go/pkg/kfake", "github.com/ClickHouse/ch-go/proto",
		module + "/ingest/store", module + "/deploy/embedded", module + "/probes/lab",
	} {
		if got := probeViolations(append(allowed, planted)); len(got) != 1 {
			t.Errorf("%s: got %q, want one violation", planted, got)
		}
	}
}

// parseSources reads the imports of every Go file under root, whatever system or tag it is built for.
func parseSources(t *testing.T, root string) sources {
	t.Helper()
	all := sources{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if entry.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(name)), ".")
		found := all[folder]
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if strings.HasSuffix(name, "_test.go") {
				found.tests = append(found.tests, imported)
			} else {
				found.code = append(found.code, imported)
			}
		}
		all[folder] = found
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}
