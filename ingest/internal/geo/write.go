package geo

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// The files that Write and Build leave in their folder.
const (
	CountryFile = "country.mmdb"
	ASNFile     = "asn.mmdb"
)

// Network is one prefix and where it is. Zero fields are left out of the files.
type Network struct {
	Prefix  netip.Prefix
	Country string // ISO 3166-1 alpha-2, or a user-assigned code
	Region  string // ISO 3166-2, with the country's code in front
	ASN     uint32
	ASName  string
}

// Write makes CountryFile and ASNFile in dir for networks that are in no real database: a lab's, on
// loopback or other reserved addresses. Existing files are replaced at once, never half.
func Write(dir string, networks []Network) error {
	// The city layout is the one that has regions.
	countries, err := newTree("GeoLite2-City", true)
	if err != nil {
		return err
	}
	asns, err := newTree("GeoLite2-ASN", true)
	if err != nil {
		return err
	}
	for _, n := range networks {
		if n.Region != "" && !strings.HasPrefix(n.Region, n.Country+"-") {
			return fmt.Errorf("region %s of %s does not begin with the country's code", n.Region, n.Prefix)
		}
		prefix := ipNet(n.Prefix)
		if err := countries.Insert(prefix, countryRecord(n.Country, strings.TrimPrefix(n.Region, n.Country+"-"))); err != nil {
			return fmt.Errorf("place %s: %w", n.Prefix, err)
		}
		if n.ASN == 0 {
			continue
		}
		if err := asns.Insert(prefix, asnRecord(n.ASN, n.ASName)); err != nil {
			return fmt.Errorf("place %s: %w", n.Prefix, err)
		}
	}
	return errors.Join(
		replaceFile(filepath.Join(dir, CountryFile), countries),
		replaceFile(filepath.Join(dir, ASNFile), asns),
	)
}

// newTree begins a file of a layout that geoip2 readers know by its name.
func newTree(layout string, reserved bool) (*mmdbwriter.Tree, error) {
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		DatabaseType:            layout,
		Description:             map[string]string{"en": "Compiled by Lamplight in the layout of " + layout},
		Languages:               []string{"en"},
		RecordSize:              28, // room for 2^28 nodes; the open data has 2 million
		IncludeReservedNetworks: reserved,
	})
	if err != nil {
		return nil, fmt.Errorf("begin %s: %w", layout, err)
	}
	return tree, nil
}

// countryRecord is the record of one place; subdivision is an ISO 3166-2 code without its country.
func countryRecord(country, subdivision string) mmdbtype.Map {
	record := mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(country)}}
	if subdivision != "" {
		record["subdivisions"] = mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String(subdivision)}}
	}
	return record
}

func asnRecord(asn uint32, name string) mmdbtype.Map {
	return mmdbtype.Map{
		"autonomous_system_number":       mmdbtype.Uint32(asn),
		"autonomous_system_organization": mmdbtype.String(name),
	}
}

func ipNet(p netip.Prefix) *net.IPNet {
	p = p.Masked()
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

// replaceFile writes beside path and renames, so that a reader which has the old file mapped keeps it
// whole and a crash leaves one of the two.
func replaceFile(path string, content io.WriterTo) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(f.Name()))
		}
	}()
	if _, err = content.WriteTo(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
