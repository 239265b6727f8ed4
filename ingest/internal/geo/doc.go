// Package geo says which country and network an address belongs to, from files in MaxMind's format:
// the operator's own, or files that Build compiles from open data, or that Write makes for a lab.
//
// It is the only importer of geoip2-golang. It never keeps or logs an address, and says "unknown"
// rather than guess.
package geo
