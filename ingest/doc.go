// Package ingest is the switchboard of the second room: what main starts of it, with one struct of settings
// for each. The room accepts what probes send and what others recorded, finds out which network it is
// from, and keeps it; it draws no conclusions.
package ingest
