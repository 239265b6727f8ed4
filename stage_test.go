package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/ingest"
)

// The demo takes none of the operator's settings from the environment.
func TestDemoIsDeafToTheEnvironment(t *testing.T) {
	var want machine
	if err := ownSettings(&want); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"LAMPLIGHT_KAFKA": "kafka.example:9092", "LAMPLIGHT_KAFKA_PREFIX": "production.",
		"LAMPLIGHT_CLICKHOUSE": "ch.example:9000", "LAMPLIGHT_CLICKHOUSE_PASSWORD": "secret", "LAMPLIGHT_CLICKHOUSE_CLUSTER": "big",
		"LAMPLIGHT_LISTEN": ":443", "LAMPLIGHT_GATEWAY_KEY": "/etc/gateway.key", "LAMPLIGHT_TLS_CERT": "/etc/cert.pem", "LAMPLIGHT_TLS_KEY": "/etc/key.pem",
		"LAMPLIGHT_TRUSTED_PROXY": "0.0.0.0/0", "LAMPLIGHT_SITE_URL": "https://lamplight.example", "LAMPLIGHT_METRICS_LISTEN": ":9100",
		"LAMPLIGHT_ANALYZE_EVERY": "1h", "LAMPLIGHT_GEO_COUNTRY": "/etc/country.mmdb", "LAMPLIGHT_BLOCK_ROWS": "7",
	} {
		t.Setenv(name, value)
	}
	var got machine
	if err := ownSettings(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(ingest.GatewayConfig{}, "Now"), cmpopts.IgnoreFields(analysis.AnalyzerConfig{}, "Now")); diff != "" {
		t.Errorf("the environment changes the demo:\n%s", diff)
	}
	if got.ClickHouse.Database != "lamplight" {
		t.Errorf("not even the defaults are there: %+v", got.ClickHouse)
	}
}
