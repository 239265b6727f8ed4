// Package measurement is the record: what a probe says it saw, and how it says it.
//
// A batch is newline-delimited JSON: a header line, then one record a line. A probe signs the
// uncompressed bytes and everyone after it verifies, hashes and archives those same bytes, never a
// re-encoded copy. The package knows nothing of transport, compression or storage, and uses the
// standard library only, because every other room, and every volunteer's machine, runs it.
//
// The package refuses what could harm a volunteer: there is no field for free text, headers, page
// bodies, host names of the measuring machine or its address, and a decoder that meets an unknown
// field rejects the line.
package measurement
