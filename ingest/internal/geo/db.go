package geo

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"

	"github.com/oschwald/geoip2-golang/v2"
)

// Location is what the databases say of one address. A zero field is unknown.
type Location struct {
	Country string // ISO 3166-1 alpha-2
	Region  string // ISO 3166-2, where the country file knows regions
	ASN     uint32
	ASName  string
}

// DB answers from one or two files. It is safe for concurrent use, Close included.
type DB struct {
	open sync.RWMutex // held for reading while the files are read, so that Close waits: it unmaps them
	done bool

	country, asn *geoip2.Reader // nil where no file was given
}

// Open maps the given files into memory: countryFile in the layout of GeoLite2-Country, GeoLite2-City
// or their DB-IP counterparts, asnFile in that of GeoLite2-ASN. Either may be empty; then what it would
// say is unknown. A file must be replaced by renaming, never overwritten, while it is open.
func Open(countryFile, asnFile string) (*DB, error) {
	db := &DB{}
	var err error
	if countryFile != "" {
		if db.country, err = open(countryFile, "countries", func(r *geoip2.Reader) error {
			_, err := r.City(netip.IPv4Unspecified())
			return err
		}); err != nil {
			return nil, err
		}
	}
	if asnFile != "" {
		if db.asn, err = open(asnFile, "AS numbers", func(r *geoip2.Reader) error {
			_, err := r.ASN(netip.IPv4Unspecified())
			return err
		}); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return db, nil
}

// open reads a file and tries one lookup, so that a file of the wrong kind fails now and not on the
// first batch.
func open(file, kind string, try func(*geoip2.Reader) error) (*geoip2.Reader, error) {
	r, err := geoip2.Open(file)
	if _, unknown := errors.AsType[geoip2.UnknownDatabaseTypeError](err); unknown {
		return nil, errors.Join(fmt.Errorf("%s is not in a layout with %s (%w): compile one with `lamplight geo build`", file, kind, err), r.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("open geolocation file %s: %w", file, err)
	}
	if err := try(r); err != nil {
		return nil, errors.Join(fmt.Errorf("geolocation file %s does not hold %s: %w", file, kind, err), r.Close())
	}
	return r, nil
}

// errClosed is the answer after Close, as of a request that outlives its server.
var errClosed = errors.New("geolocation files are closed")

// Close waits for every Locate under way and unmaps the files. It may be called again.
func (db *DB) Close() error {
	db.open.Lock()
	defer db.open.Unlock()
	if db.done {
		return nil
	}
	db.done = true
	var errs []error
	for _, r := range []*geoip2.Reader{db.country, db.asn} {
		if r != nil {
			errs = append(errs, r.Close())
		}
	}
	return errors.Join(errs...)
}

// Locate returns what is known of an address. An address outside the databases is a zero Location and
// no error; an error means that a file is damaged, or closed.
func (db *DB) Locate(addr netip.Addr) (Location, error) {
	var l Location
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() {
		return l, nil
	}
	db.open.RLock()
	defer db.open.RUnlock()
	if db.done {
		return l, errClosed
	}
	if db.country != nil {
		// City reads country files too, and yields their country without a subdivision.
		place, err := db.country.City(addr)
		if err != nil {
			return Location{}, fmt.Errorf("read country of an address: %w", err)
		}
		l.Country = place.Country.ISOCode
		if len(place.Subdivisions) > 0 && place.Subdivisions[0].ISOCode != "" {
			l.Region = l.Country + "-" + place.Subdivisions[0].ISOCode
		}
	}
	if db.asn != nil {
		network, err := db.asn.ASN(addr)
		if err != nil {
			return Location{}, fmt.Errorf("read network of an address: %w", err)
		}
		l.ASN = uint32(network.AutonomousSystemNumber)
		l.ASName = network.AutonomousSystemOrganization
	}
	return l, nil
}
