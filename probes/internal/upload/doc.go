// Package upload brings sealed batches to a gateway.
//
// It takes nothing on trust: a batch counts as delivered only with a receipt that the pinned gateway key
// signed for these very bytes; every answer is read up to a cap; no redirect is followed; and nothing
// travels unencrypted but on a loopback address.
package upload
