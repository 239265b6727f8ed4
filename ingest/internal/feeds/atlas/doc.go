// Package atlas reads connects and disconnects of RIPE Atlas probes (measurement 7000), as RIPE's
// results come: a JSON array, or one JSON object a line.
//
// It says where a probe's prefix is and when it came and went. It does not say that a probe was
// offline: that a connection to one controller ended can also mean that the controller restarted.
package atlas
