// Package servicetest gives tests the real services: a ClickHouse engine, Kafka's protocol from two brokers,
// and a browser. Nothing here stands in for them.
//
// A package that uses it hands its test process over: func TestMain(m *testing.M) { servicetest.Main(m) }.
// Each service starts on first use, once in a test process, and ends with it, however it ends. A service
// that this machine does not have skips the test that asks for it; when LAMPLIGHT_REQUIRE_SERVICES=1 is set,
// as in continuous integration, it fails it. One that is there and does not start always does.
package servicetest
