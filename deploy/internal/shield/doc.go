// Package shield stands between clients and the ClickHouse library, which was made for one caller in its own
// process: an error that leaves the handling of a connection ends the whole engine. Found by trying: a wrong
// user, a database that does not exist, bytes that are no greeting, and a connection reset between two
// queries each kill it, and with it everybody else's queries. A ClickHouse server logs the same errors and
// goes on, and needs no shield.
//
// The shield lets through what the engine survives. It asks over HTTP, where a refusal is harmless, whether
// the engine would take a native client's greeting, and answers a refusal itself. And whatever a client does
// to its connection, the engine sees it end in order.
//
// It understands nothing of either protocol beyond the greeting.
package shield
