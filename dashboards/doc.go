// Package dashboards is the switchboard of the fourth room, which tells people: it exposes the public
// site for main to start.
package dashboards
