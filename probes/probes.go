// Package probes is the switchboard of room 1: it exposes what the volunteers' program starts.
//
// It turns settings into an agent or a single look, and does nothing by itself. The room's door is
// package measurement.
package probes
