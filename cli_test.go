package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/probes"
)

// say runs a command line and returns the error that a person would read.
func say(t *testing.T, args ...string) error {
	t.Helper()
	var c cli
	parser, err := kong.New(&c, kong.Name("lamplight"), kong.Exit(func(int) {}), kong.BindTo(t.Context(), (*context.Context)(nil)))
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return command.Run(&process{log: slog.New(slog.DiscardHandler), metrics: prometheus.NewRegistry(), out: io.Discard, err: io.Discard})
}

// What a person reads of a mistake names the command that was tried and what to do.
func TestMistakesSayWhatToDo(t *testing.T) {
	for line, want := range map[string][2]string{
		"control --nosuch":     {"unknown flag --nosuch", "lamplight control"},
		"list build":           {"missing flags: --country=CODE", "lamplight list build"},
		"nosuch":               {"unexpected argument nosuch", "lamplight"},
		"verdict nofile":       {"there is no nofile: check the name, and the folder that you are in", ""},
		"import ooni nofile":   {"import ooni: there is no nofile: check", ""},
		"gateway --lists gone": {"gone: no such file or directory: make the folder", "lamplight gateway"},
	} {
		err := say(t, strings.Fields(line)...)
		if err == nil || !strings.Contains(probes.Advise(err), want[0]) {
			t.Errorf("%s: %v\nwant %s", line, err, want[0])
			continue
		}
		if command := tried(err); want[1] != "" && command != want[1] {
			t.Errorf("%s: see %s", line, command)
		}
	}
}

// A value that cannot be is refused by a message that names the flag and says what can.
func TestBadValuesNameTheFlag(t *testing.T) {
	key := "--gateway-key=" + t.TempDir() + "/gateway.key"
	t.Setenv("LAMPLIGHT_DATA", t.TempDir()) // where up would start, and must not
	for line, want := range map[string]string{
		"analyze --since yesterday":                                           "--since: \"yesterday\" is not a time like 2026-03-01",
		"analyze --since 1970-01-01":                                          "--since 1970-01-01T00:00:00Z: there is nothing to analyze before 2000-01-01",
		"analyze --until 1970-01-01":                                          "--until 1970-01-01T00:00:00Z: there is nothing to analyze before 2000-01-01",
		"analyze --since 2020-01-01":                                          "--since 2020-01-01T00:00:00Z is more than a year before --until",
		"analyze --since 2026-03-02 --until 2026-03-01":                       "is not before --until",
		"analyze --loop --since 2026-03-01":                                   "--loop looks at the present",
		"verdict":                                                             "name files of results, or with --since the time",
		"verdict --since 2026-03-02 --until 2026-03-01":                       "is not before --until",
		"verdict --since 2020-01-01 --until 2026-03-01":                       "is more than a year before --until",
		"verdict --since 2026-03-01 --country Kenya":                          "--country: \"Kenya\" is not a code like KE",
		"verdict --since 2026-03-01 --within 1s":                              "--within: 1s is not between",
		"verdict --since 2026-03-01 list.json":                                "go with stored looks, not with files",
		"verdict --since 2026-03-01 --fingerprints list.csv":                  "--fingerprints: goes with files alone",
		"gateway --rate-per-prefix 0 " + key:                                  "--rate-per-prefix: 0 is not between 1 and",
		"analyze --every 1ns":                                                 "--every: 1ns is not between",
		"analyze --metrics-listen here":                                       "--metrics-listen: \"here\" is not an address like",
		"analyze --data /nowhere":                                             "--data: nothing runs on /nowhere: start it with lamplight up --data /nowhere",
		"migrate --data /nowhere":                                             "--data: nothing runs on /nowhere",
		"site --data /nowhere":                                                "--data: nothing runs on /nowhere",
		"import stop list.csv --data /nowhere":                                "--data: nothing runs on /nowhere",
		"import stop list.csv --entity country/IQ":                            "--entity: goes with import ioda alone",
		"import ioda list.csv --country IQ":                                   "--country: goes with import atlas alone",
		"up --listen foo":                                                     "--listen: \"foo\" is not an address like",
		"up --every 1ns":                                                      "--every: 1ns is not between",
		"up --rate-per-probe 0":                                               "--rate-per-probe: 0 is not between",
		"up --block-wait 0s":                                                  "--block-wait: 0s is not between",
		"up --site-url foo":                                                   "--site-url: \"foo\" is not an address like",
		"up --tls-cert /nope --tls-key /nope":                                 "--tls-cert, --tls-key: open /nope",
		"up --kafka-prefix a/b":                                               "--kafka-prefix: \"a/b\" is not",
		"up --geo-country /nowhere/country.mmdb":                              "--geo-country, --geo-asn:",
		"up --metrics-listen foo":                                             "--metrics-listen: \"foo\" is not an address like",
		"up --clickhouse-database=":                                           "--clickhouse-database: give a name",
		"up --control --control-country Kenya":                                "--control-country is \"Kenya\": give two capital letters",
		"up --control":                                                        "--control-country: name the country that this machine is in",
		"up --control --control-country DE --control-listen here":             "--control-listen: \"here\" is not an address like",
		"up --control --control-country DE --control-plan a --control-list b": "--control-plan and --control-list or --control-list-name: give one",
		"up --control-plan a":                                                 "--control-plan, --control-list and --control-list-name go with --control",
		"up --control-list-name ke":                                           "--control-plan, --control-list and --control-list-name go with --control",
		"up --control --control-country DE --control-plan a --control-list-name ke": "--control-plan and --control-list or --control-list-name: give one",
		"up --lists-needed 0":                                "--lists-needed: 0 is not between 1 and 8",
		"up --log-level loud":                                "--log-level must be one of",
		"gateway --rate-total 0 " + key:                      "--rate-total: 0 is not between 1 and",
		"gateway --listen here " + key:                       "--listen: \"here\" is not an address like",
		"gateway --trusted-proxy nobody " + key:              "--trusted-proxy: \"nobody\" is not a network like",
		"gateway --tls-cert a.pem " + key:                    "--tls-cert and --tls-key: give both or neither",
		"gateway --retired-key /nowhere " + key:              "--retired-key: read gateway key: stat /nowhere",
		"up --retired-key /nowhere":                          "--retired-key: read gateway key: stat /nowhere",
		"gateway --lists /nowhere " + key:                    "--lists: stat /nowhere: no such file or directory: make the folder",
		"up --lists /nowhere":                                "--lists: stat /nowhere: no such file or directory",
		"gateway --kafka here " + key:                        "--kafka: \"here\" is not an address like",
		"gateway --control-key nobody " + key:                "--control-key: \"nobody\" is not an Ed25519 public key in base64",
		"loader --control-key nobody":                        "--control-key: \"nobody\" is not an Ed25519 public key in base64",
		"control --keep 24h --key " + t.TempDir() + "/key":   "--keep: 24h0m0s is not between 1s and 1h",
		"verdict --fingerprints /nowhere.csv list.json":      "--fingerprints /nowhere.csv:",
		"loader --block-rows 0":                              "--block-rows: 0 is not between 1 and",
		"loader --gateway-key-public /nowhere":               "--gateway-key-public: \"/nowhere\" is neither 32 bytes",
		"loader --geo-country /nowhere/country.mmdb":         "--geo-country, --geo-asn:",
		"site --clickhouse here":                             "--clickhouse: \"here\" is not an address like",
		"site --clickhouse 127.0.0.1:1":                      "--clickhouse: reach ClickHouse at 127.0.0.1:1: nobody answers there: dial tcp 127.0.0.1:1: connect: connection refused: give the native address of a ClickHouse that runs, as 127.0.0.1:9000, or with --data",
		"migrate --clickhouse 127.0.0.1:1":                   "--clickhouse: reach ClickHouse at 127.0.0.1:1: nobody answers there: dial tcp 127.0.0.1:1: connect: connection refused: give the native address",
		"up --clickhouse 127.0.0.1:1 --kafka 127.0.0.1:1":    "connection refused: give the native address of a ClickHouse that runs",
		"demo --scale 9999":                                  "--scale 9999: must be from 1 to 600",
		"demo --history-days 99":                             "--history-days 99: must be from 0 to 60",
		"demo --script /nowhere/story.txt":                   "--script:",
		"import stop /nowhere/list.csv":                      "import stop: open /nowhere/list.csv",
		"import stop list.csv --country-name Lampland=lampy": "--country-name Lampland=lampy: the code is not two capital letters",
		"import gossip list.csv":                             "must be one of",
		"import ioda series.csv --entity Iraq":               "--entity:",
		"evaluate /nowhere":                                  "/nowhere",
		"up --log-format xml":                                "--log-format must be one of",
		"explode":                                            "unexpected argument explode",
	} {
		err := say(t, strings.Fields(line)...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("lamplight %s\n says %v\n want %s", line, err, want)
		}
	}
}

// What up is told wrongly it says before it starts, fetches or writes anything.
func TestNothingStartsOnBadSettings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := say(t, "up", "--data", dir, "--site-url", "foo"); err == nil {
		t.Fatal("no error")
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the data folder was made: %v", err)
	}
}
