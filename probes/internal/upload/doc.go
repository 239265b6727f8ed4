// Package upload brings sealed batches to a gateway.
//
// It takes nothing on trust: a batch counts as delivered only with a receipt that the pinned gateway key
// signed for these very bytes, and as refused for good only with a refusal that it signed; every answer is read up to
// a cap; no redirect is followed; and nothing travels unencrypted but on a loopback address.
//
// A gateway may have several addresses and there may be several ways to each: directly, by an address that a DNS
// server of the probe's choice gave over HTTPS, or through a SOCKS5 proxy such as Tor. What worked lately is tried
// first. With a proxy nothing goes past it: who sets one does not want to be seen.
package upload
