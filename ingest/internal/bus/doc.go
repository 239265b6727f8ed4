// Package bus carries messages between the gateway and the loader over Kafka's protocol. It is the only
// importer of kafka-go, and exists as much to close that library's traps as to hide it: by default its
// writer does not wait for an acknowledgement and holds every message back for a second.
//
// A message is published when every in-sync replica has it, and taken when its offset is committed after
// it was handled. Between the two it may be delivered more than once: kafka-go cannot produce
// idempotently, and a consumer can die before its commit. The package does not try to hide copies; the
// data's own identity collapses them later. It never drops a message without an error.
package bus
