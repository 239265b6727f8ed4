package ingest

import (
	"context"
	"log/slog"
	"net/netip"
	"path/filepath"

	"github.com/lamplight-net/lamplight/ingest/internal/geo"
)

// GeoNetwork is one prefix and where it is, for WriteGeo. Zero fields are left out.
type GeoNetwork struct {
	Prefix  netip.Prefix
	Country string // ISO 3166-1 alpha-2
	ASN     uint32
	ASName  string
}

// GeoFetch returns the path of an npm package's tarball, of exactly this version, after checking it
// against its integrity (Subresource Integrity form).
type GeoFetch = geo.Fetch

// BuildGeo compiles open data into the two files that GeoFiles names, with the attributions that their
// licenses ask for beside them.
func BuildGeo(ctx context.Context, dir string, fetch GeoFetch, log *slog.Logger) error {
	return geo.Build(ctx, dir, fetch, log)
}

// WriteGeo makes the same two files for networks that are in no real database.
func WriteGeo(dir string, networks []GeoNetwork) error {
	var out []geo.Network
	for _, n := range networks {
		out = append(out, geo.Network{Prefix: n.Prefix, Country: n.Country, ASN: n.ASN, ASName: n.ASName})
	}
	return geo.Write(dir, out)
}

// GeoFiles returns the settings that use the files in dir.
func GeoFiles(dir string) GeoConfig {
	return GeoConfig{Country: filepath.Join(dir, geo.CountryFile), ASN: filepath.Join(dir, geo.ASNFile)}
}
