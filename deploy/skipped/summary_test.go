package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSummary(t *testing.T) {
	const events = `{"Action":"start","Package":"a"}
{"Action":"run","Package":"a","Test":"TestGood"}
{"Action":"output","Package":"a","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"output","Package":"a","Test":"TestGood","Output":"    a_test.go:3: chatter\n"}
{"Action":"pass","Package":"a","Test":"TestGood"}
{"Action":"output","Package":"a","Test":"TestKafka","Output":"    k_test.go:7: Apache Kafka cannot be had: no java\n"}
{"Action":"output","Package":"a","Test":"TestKafka","Output":"--- SKIP: TestKafka (0.00s)\n"}
{"Action":"skip","Package":"a","Test":"TestKafka"}
{"Action":"output","Package":"a","Test":"TestBad","Output":"    a_test.go:9: broken\n"}
{"Action":"fail","Package":"a","Test":"TestBad"}
{"Action":"output","Package":"a","Output":"PASS\n"}
{"Action":"output","Package":"a","Output":"FAIL\ta\t0.1s\n"}
{"Action":"fail","Package":"a"}
{"Action":"output","Package":"b","Test":"TestKafkaToo","Output":"    k_test.go:7: Apache Kafka cannot be had: no java\n"}
{"Action":"skip","Package":"b","Test":"TestKafkaToo"}
{"Action":"skip","Package":"c"}
{"ImportPath":"d","Action":"build-output","Output":"d.go:1: oh\n"}
go: something else
`
	const want = `    a_test.go:9: broken
FAIL	a	0.1s
d.go:1: oh
go: something else
Skipped:
  Apache Kafka cannot be had: no java
    a: TestKafka
    b: TestKafkaToo
`
	var out bytes.Buffer
	if err := run(strings.NewReader(events), &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	out.Reset()
	if err := run(strings.NewReader(""), &out); err != nil || out.String() != "No test was skipped.\n" {
		t.Errorf("of nothing: %q, %v", out.String(), err)
	}
}

func FuzzSummary(f *testing.F) {
	f.Add("{\"Action\":\"skip\",\"Test\":\"T\"}\n{}\nx\n")
	f.Fuzz(func(t *testing.T, text string) {
		if err := run(strings.NewReader(text), new(bytes.Buffer)); err != nil && len(text) < maxLine {
			t.Error(err)
		}
	})
}
