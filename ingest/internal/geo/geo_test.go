package geo_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/geo"
)

// lab writes the networks of a pretend country and opens them.
func lab(t *testing.T) (dir string, db *geo.DB) {
	t.Helper()
	dir = t.TempDir()
	err := geo.Write(dir, []geo.Network{
		{Prefix: netip.MustParsePrefix("127.1.0.0/16"), Country: "XL", Region: "XL-01", ASN: 64501, ASName: "Harbor Telecom"},
		{Prefix: netip.MustParsePrefix("127.2.0.0/16"), Country: "XL", ASN: 64502, ASName: "Hill Mobile"},
		{Prefix: netip.MustParsePrefix("2001:db8:9::/48"), Country: "XM"},
	})
	if err != nil {
		t.Fatal(err)
	}
	db, err = geo.Open(filepath.Join(dir, geo.CountryFile), filepath.Join(dir, geo.ASNFile))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return dir, db
}

func TestLocate(t *testing.T) {
	_, db := lab(t)
	harbor := geo.Location{Country: "XL", Region: "XL-01", ASN: 64501, ASName: "Harbor Telecom"}
	for _, test := range []struct {
		name, addr string
		want       geo.Location
	}{
		{"country, region and network", "127.1.2.3", harbor},
		{"no region", "127.2.255.255", geo.Location{Country: "XL", ASN: 64502, ASName: "Hill Mobile"}},
		{"no network", "2001:db8:9::1", geo.Location{Country: "XM"}},
		{"IPv4 in IPv6", "::ffff:127.1.2.3", harbor},
		{"nowhere", "127.3.0.1", geo.Location{}},
		{"nowhere in IPv6", "2001:db8:a::1", geo.Location{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := db.Locate(netip.MustParseAddr(test.addr))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got, err := db.Locate(netip.Addr{}); err != nil || got != (geo.Location{}) {
		t.Errorf("Locate of no address = %v, %v, want unknown and no error", got, err)
	}
}

func TestOpenWithoutFilesKnowsNothing(t *testing.T) {
	db, err := geo.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := db.Locate(netip.MustParseAddr("127.1.2.3"))
	if err != nil || got != (geo.Location{}) {
		t.Errorf("Locate = %v, %v, want unknown and no error", got, err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenRefusesOtherFiles(t *testing.T) {
	dir, _ := lab(t)
	countries, asns := filepath.Join(dir, geo.CountryFile), filepath.Join(dir, geo.ASNFile)
	text := filepath.Join(dir, "text.mmdb")
	if err := os.WriteFile(text, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, country, asn, want string }{
		{"networks as countries", asns, "", "does not hold countries"},
		{"countries as networks", "", countries, "does not hold AS numbers"},
		{"good and bad", countries, text, "open geolocation file " + text},
		{"text", text, "", "open geolocation file " + text},
		{"absent", filepath.Join(dir, "absent.mmdb"), "", "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := geo.Open(test.country, test.asn)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Open = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestWriteRefusesRegionOfAnotherCountry(t *testing.T) {
	err := geo.Write(t.TempDir(), []geo.Network{
		{Prefix: netip.MustParsePrefix("127.1.0.0/16"), Country: "XL", Region: "XM-01"},
	})
	if err == nil {
		t.Error("Write accepted a region of another country")
	}
}

// TestWriteReplaces checks that an open database stays whole when its files are made anew.
func TestWriteReplaces(t *testing.T) {
	dir, old := lab(t)
	err := geo.Write(dir, []geo.Network{{Prefix: netip.MustParsePrefix("127.1.0.0/16"), Country: "XN"}})
	if err != nil {
		t.Fatal(err)
	}
	addr := netip.MustParseAddr("127.1.2.3")
	if got, err := old.Locate(addr); err != nil || got.Country != "XL" {
		t.Errorf("the open database says %v, %v, want XL as before", got, err)
	}
	renewed, err := geo.Open(filepath.Join(dir, geo.CountryFile), "")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := renewed.Locate(addr); err != nil || got.Country != "XN" {
		t.Errorf("the new database says %v, %v, want XN", got, err)
	}
	if err := renewed.Close(); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("the folder holds %v, want the two files alone", left)
	}
}

// Close unmaps the files: who still reads them must not crash the process.
func TestCloseWaitsForReaders(t *testing.T) {
	_, db := lab(t)
	var readers sync.WaitGroup
	reading := make(chan struct{}, 4)
	for range cap(reading) {
		readers.Go(func() {
			for first := true; ; first = false {
				_, err := db.Locate(netip.MustParseAddr("127.1.2.3"))
				if first {
					reading <- struct{}{}
				}
				if err != nil {
					return
				}
			}
		})
	}
	for range cap(reading) {
		<-reading
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	readers.Wait()
	if found, err := db.Locate(netip.MustParseAddr("127.1.2.3")); err == nil {
		t.Errorf("a closed file answers %+v", found)
	}
}
