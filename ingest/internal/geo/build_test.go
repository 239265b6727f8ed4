package geo_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/lamplight-net/lamplight/ingest/internal/geo"
)

// registry is a folder of tarballs in the place of npm.
type registry struct {
	dir   string
	files map[string]map[string][]byte // package -> file -> content
}

func (r registry) fetch(_ context.Context, name, version, integrity string) (string, error) {
	if version == "" || !strings.HasPrefix(integrity, "sha512-") {
		return "", errors.New("not pinned")
	}
	files, ok := r.files[name]
	if !ok {
		return "", errors.New("no such package")
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zip)
	for file, content := range files {
		header := &tar.Header{Name: "package/" + file, Mode: 0o644, Size: int64(len(content))}
		if err := archive.WriteHeader(header); err != nil {
			return "", err
		}
		if _, err := archive.Write(content); err != nil {
			return "", err
		}
	}
	if err := errors.Join(archive.Close(), zip.Close()); err != nil {
		return "", err
	}
	path := filepath.Join(r.dir, strings.ReplaceAll(name, "/", "-")+".tgz")
	return path, os.WriteFile(path, packed.Bytes(), 0o600)
}

// openData makes packages of the layout that the real ones have.
func openData(t *testing.T) registry {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "country ipvAll", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for prefix, country := range map[string]string{"41.0.0.0/11": "ZA", "2c0f:f000::/24": "KE", "10.0.0.0/8": "US"} {
		_, network, err := net.ParseCIDR(prefix)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(network, mmdbtype.Map{"country_code": mmdbtype.String(country)}); err != nil {
			t.Fatal(err)
		}
	}
	var countries bytes.Buffer
	if _, err := tree.WriteTo(&countries); err != nil {
		t.Fatal(err)
	}
	return registry{dir: t.TempDir(), files: map[string]map[string][]byte{
		"@ip-location-db/geo-whois-asn-country-mmdb": {
			"package.json":               []byte("{}"),
			"geo-whois-asn-country.mmdb": countries.Bytes(),
		},
		"@ip-location-db/asn": {
			"asn-ipv4.csv": []byte("41.0.0.0,41.0.2.255,64510,\"Cape Telecom, Ltd\"\n10.0.0.0,10.0.0.255,64511,Private\n"),
			"asn-ipv6.csv": []byte("2c0f:f000::,2c0f:f0ff:ffff:ffff:ffff:ffff:ffff:ffff,64512,Savanna Net\n"),
		},
	}}
}

func TestBuild(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "geo")
	if err := geo.Build(t.Context(), dir, openData(t).fetch, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	db, err := geo.Open(filepath.Join(dir, geo.CountryFile), filepath.Join(dir, geo.ASNFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	for addr, want := range map[string]geo.Location{
		"41.0.2.255":  {Country: "ZA", ASN: 64510, ASName: "Cape Telecom, Ltd"},
		"41.0.3.0":    {Country: "ZA"},
		"2c0f:f012::": {Country: "KE", ASN: 64512, ASName: "Savanna Net"},
		"10.0.0.1":    {}, // reserved, whatever the data says
	} {
		got, err := db.Locate(netip.MustParseAddr(addr))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", addr, diff)
		}
	}
	attribution, err := os.ReadFile(filepath.Join(dir, "ATTRIBUTION.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, owed := range []string{"routeviews.org", "https://db-ip.com", "nro.net", "CC BY 4.0"} {
		if !strings.Contains(string(attribution), owed) {
			t.Errorf("the attribution does not name %s", owed)
		}
	}
}

// TestBuildKeepsOldFiles checks that data which is not what it claims leaves the files as they were.
func TestBuildKeepsOldFiles(t *testing.T) {
	const country, asn = "@ip-location-db/geo-whois-asn-country-mmdb", "@ip-location-db/asn"
	for _, test := range []struct {
		name, pack, file, content, want string
	}{
		{"package gone", country, "", "", "no such package"},
		{"no database in it", country, "other.mmdb", "", "holds no networks"},
		{"not a database", country, "geo-whois-asn-country.mmdb", "text", "geo-whois-asn-country.mmdb"},
		{"bad address", asn, "asn-ipv4.csv", "41.0.0.0,41.0.2.255,1,A\n41.1.0,41.1.0.255,64510,B\n", "line 2"},
		{"bad number", asn, "asn-ipv4.csv", "41.0.0.0,41.0.2.255,AS1,A\n", "line 1"},
		{"too few fields", asn, "asn-ipv4.csv", "41.0.0.0,41.0.2.255\n", "wrong number of fields"},
		{"end before start", asn, "asn-ipv4.csv", "41.0.2.255,41.0.0.0,1,A\n", "line 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			before := []geo.Network{{Prefix: netip.MustParsePrefix("127.1.0.0/16"), Country: "XL", ASN: 64501}}
			if err := geo.Write(dir, before); err != nil {
				t.Fatal(err)
			}
			data := openData(t)
			if delete(data.files, test.pack); test.file != "" {
				data.files[test.pack] = map[string][]byte{test.file: []byte(test.content)}
			}
			err := geo.Build(t.Context(), dir, data.fetch, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Build = %v, want an error with %q", err, test.want)
			}
			db, err := geo.Open("", filepath.Join(dir, geo.ASNFile))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := db.Locate(netip.MustParseAddr("127.1.0.1")); err != nil || got.ASN != 64501 {
				t.Errorf("after a failed build: %v, %v, want AS64501 as before", got, err)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
