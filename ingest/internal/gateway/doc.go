// Package gateway accepts what probes send: it verifies, limits, finds out which network a batch came from
// and forgets the address, writes the batch to Kafka, and only then says yes, with a signed receipt.
//
// It keeps nothing of its own but its key. It never stores or logs an address, and it never answers 2xx for
// a batch that not every in-sync replica of Kafka has. What is wrong with a batch for good is a 4xx, which
// tells the probe to put it aside; what may pass is a 429 or 503 with Retry-After.
package gateway
