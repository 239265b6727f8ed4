// Package kafka fetches Apache Kafka at a pinned version and runs one broker of it on this machine, for
// tests and for whoever wants the real broker beside `lamplight up` without a cluster. It needs Java 17, and
// Maven for the fetching.
//
// It speaks no Kafka protocol itself, and it is no way to run a cluster: broker and controller are one
// process, and every message is kept once.
package kafka
