package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// What up prints of its services is what the other commands take.
func TestGreetingNamesWhatOtherCommandsNeed(t *testing.T) {
	var r machineRunning
	r.siteURL, r.gatewayURL = "http://127.0.0.1:8080/", "http://127.0.0.1:8480"
	r.Kafka.Brokers, r.ClickHouse.Address = []string{"127.0.0.1:4001", "127.0.0.1:4002"}, "127.0.0.1:4003"
	greeting := r.greeting("/data")
	for _, want := range []string{r.siteURL, r.gatewayURL, "/data"} {
		if !strings.Contains(greeting, want) {
			t.Errorf("it does not name %s:\n%s", want, greeting)
		}
	}
	address := func(of string) string {
		found := regexp.MustCompile(`(?m)^  ` + of + ` +(\S+) `).FindStringSubmatch(greeting)
		if found == nil {
			t.Fatalf("it does not name %s:\n%s", of, greeting)
		}
		return found[1]
	}
	var c cli
	parser, err := kong.New(&c, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"import", "stop", "list.csv", "--kafka", address("kafka")}); err != nil || len(c.Import.Kafka.Brokers) != 2 {
		t.Errorf("import takes it as %q: %v", c.Import.Kafka.Brokers, err)
	}
	if _, err := parser.Parse([]string{"analyze", "--clickhouse", address("clickhouse")}); err != nil || c.Analyze.ClickHouse.Address != "127.0.0.1:4003" {
		t.Errorf("analyze takes it as %q: %v", c.Analyze.ClickHouse.Address, err)
	}
}
