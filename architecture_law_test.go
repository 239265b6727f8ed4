package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// module is the path of this module.
const module = "github.com/lamplight-net/lamplight"

// sources is what the law judges: for each package, by its folder under the module's root ("" is the root),
// the import paths in its files.
type sources map[string]imports

type imports struct {
	code  []string // of files that are built into a program
	tests []string // of files that are not
}

// rooms in the order in which data passes them. Imports point the other way.
var rooms = []string{"probes", "ingest", "analysis", "dashboards", "deploy"}

// doors are the packages through which a later room sees an earlier one.
var doors = []string{"probes/measurement", "ingest/store", "analysis/incident"}

// means are the packages of deploy that every room's tests may use: the real services, tables in one of them, and what a
// machine has.
var means = []string{"deploy/servicetest", "deploy/storetest", "deploy/machinetest"}

// keepers names, for a library that must stay in one place, that place and the reason.
var keepers = []struct{ library, place, reason string }{
	{"github.com/segmentio/kafka-go", "ingest/internal/bus", "its defaults lose messages, and one package knows how to set them"},
	{"github.com/ClickHouse/clickhouse-go", "ingest/store", "rows and views are the only way to the tables"},
	{"github.com/ClickHouse/ch-go", "ingest/store", "rows and views are the only way to the tables"},
	{"github.com/oschwald/geoip2-golang", "ingest/internal/geo", "an address is located in one place and then forgotten"},
	{"github.com/oschwald/maxminddb-golang", "ingest/internal/geo", "an address is located in one place and then forgotten"},
	{"github.com/quic-go/quic-go", "probes", "one check speaks QUIC, and the servers and the lab that it is tried on"},
	{"github.com/miekg/dns", "probes", "only probes, and the lab they are tried in, speak DNS"},
}

// violations returns, sorted, what breaks the law, each with the reason.
func violations(all sources) []string {
	var found []string
	for folder, imports := range all {
		add := func(format string, args ...any) {
			found = append(found, fmt.Sprintf("%s: ", nameOf(folder))+fmt.Sprintf(format, args...))
		}
		if name := path.Base(folder); slices.Contains([]string{"common", "util", "utils", "helper", "helpers", "misc"}, name) {
			add("%q names no idea: whatever fits nowhere else would gather there", name)
		}
		for _, imported := range imports.code {
			if reason := forbidden(folder, imported, false); reason != "" {
				add("imports %s: %s", imported, reason)
			}
		}
		for _, imported := range imports.tests {
			if reason := forbidden(folder, imported, true); reason != "" {
				add("its tests import %s: %s", imported, reason)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// forbidden returns why the package in folder may not import a path, or nothing.
func forbidden(folder, imported string, test bool) string {
	inner, ours := strings.CutPrefix(imported, module+"/")
	switch {
	case folder == "probes/measurement" && !test && strings.Contains(strings.Split(imported, "/")[0], "."):
		return "the record is understood everywhere, so it needs the standard library and nothing else"
	case ours:
		return forbiddenRoom(folder, inner, test)
	}
	for _, keeper := range keepers {
		if !within(imported, keeper.library) || within(folder, keeper.place) {
			continue
		}
		if test && room(folder) == "deploy" && keeper.library == "github.com/segmentio/kafka-go" {
			continue // the brokers are tried with the client that the rooms use, which no door exposes
		}
		return fmt.Sprintf("only %s may, because %s", keeper.place, keeper.reason)
	}
	return ""
}

// forbiddenRoom judges an import of this module's own package.
func forbiddenRoom(folder, imported string, test bool) string {
	from, to := slices.Index(rooms, room(folder)), slices.Index(rooms, room(imported))
	switch {
	case folder == "" || from == to:
		return "" // main wires everything; a room is free within itself
	case to < 0:
		return "it is in no room"
	case from < 0:
		return "the importer is in no room, and only main wires rooms"
	case test && slices.Contains(means, imported):
		return ""
	case from < to:
		return fmt.Sprintf("%s comes after %s, and imports point back along the data's way", rooms[to], rooms[from])
	case !slices.Contains(doors, imported):
		return fmt.Sprintf("%s is seen from %s only through its door", rooms[to], rooms[from])
	}
	return ""
}

// probeViolations returns what of a volunteer's binary, given as the import paths of all its packages, has no
// place on a volunteer's machine.
func probeViolations(packages []string) []string {
	var found []string
	for _, imported := range packages {
		inner, ours := strings.CutPrefix(imported, module+"/")
		lower := strings.ToLower(imported)
		switch {
		case ours && room(inner) != "probes":
			found = append(found, imported+": a probe needs no other room")
		case ours && within(inner, "probes/lab"):
			found = append(found, imported+": the lab lifts the guard against private addresses")
		case !ours && (strings.Contains(lower, "kafka") || strings.Contains(lower, "franz-go") || strings.Contains(lower, "clickhouse")):
			found = append(found, imported+": every library is a risk to a volunteer, and a probe only speaks HTTPS to a gateway")
		}
	}
	return found
}

func room(folder string) string { return strings.Split(folder, "/")[0] }

// within reports whether path is tree or beneath it; a major version of a module is beneath it too.
func within(path, tree string) bool { return path == tree || strings.HasPrefix(path, tree+"/") }

func nameOf(folder string) string {
	if folder == "" {
		return "main"
	}
	return folder
}
