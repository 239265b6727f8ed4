// Package embedded provides, inside one machine, the two services that the rooms know only by address: a
// ClickHouse engine and a broker that speaks Kafka's protocol. It serves a small operator's `up`, the demo
// and the tests.
//
// The engine is ClickHouse itself: a `clickhouse` program where PATH has one, otherwise the library libchdb,
// fetched once from npm at a pinned version. It runs in a child process, listens on loopback alone, and
// cannot outlive the process that started it. The broker is kfake, which its authors made for tests: one
// machine, one copy of the data. Whoever needs more gives the addresses of a real Kafka and ClickHouse.
//
// The package reads and writes no rows and no messages, and nothing here is reachable from another machine.
package embedded
