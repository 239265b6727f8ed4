package geo

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Fetch returns the path of an npm package's tarball, of exactly this version, after checking it
// against its integrity (Subresource Integrity form).
type Fetch func(ctx context.Context, name, version, integrity string) (tarball string, err error)

// source is one pinned npm package of the project sapics/ip-location-db.
type source struct{ name, version, integrity, attribution string }

var (
	countryPackage = source{
		name:      "@ip-location-db/geo-whois-asn-country-mmdb",
		version:   "2.3.2026061719",
		integrity: "sha512-xemBDNQl4mCYDuVbqe3jKGKsVDykZGkfvebhtOh/3VGLadq8vsp7t7ontpMUt3hH7sAGT0eLDyJ99SV+0waxZg==",
		attribution: "country.mmdb: countries of address ranges by geo-whois-asn-country, dedicated to the public domain\n" +
			"(CC0 1.0); made with statistics of the Number Resource Organization, nro.net (CC BY 4.0).",
	}
	asnPackage = source{
		name:      "@ip-location-db/asn",
		version:   "2.3.2026061719",
		integrity: "sha512-PpqYi7wyEyWwunXBtl+y3Vi403SvNywotWwvmiYCOUtE0SVol/Sf492Ee+eErEznmGapxEQB2SAfrpXuZ9a+vQ==",
		attribution: "asn.mmdb: networks by the University of Oregon Route Views Project, routeviews.org, and\n" +
			"IP Geolocation by DB-IP, https://db-ip.com, with statistics of the Number Resource Organization,\n" +
			"nro.net; each under CC BY 4.0, merged by ip-location-db. Pages that show these names link to DB-IP.",
	}
)

// attribution is what the licenses ask to stand beside the files.
func attribution() *strings.Reader {
	var b strings.Builder
	for _, s := range []source{countryPackage, asnPackage} {
		fmt.Fprintf(&b, "%s\nFrom the npm package %s %s, compiled to another format.\n\n", s.attribution, s.name, s.version)
	}
	return strings.NewReader(b.String())
}

// maxUnpackedBytes bounds what one file of a package unpacks to; the largest of today has 24 MB.
const maxUnpackedBytes = 256 << 20

// read fetches the package and hands each file of it, by its bare name, to use.
func (s source) read(ctx context.Context, fetch Fetch, use func(name string, r io.Reader) error) error {
	tarball, err := fetch(ctx, s.name, s.version, s.integrity)
	if err != nil {
		return fmt.Errorf("fetch %s %s: %w", s.name, s.version, err)
	}
	f, err := os.Open(tarball)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", tarball, err)
	}
	files := tar.NewReader(unzipped)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("unpack %s: %w", tarball, err)
		}
		if header.Size > maxUnpackedBytes {
			return fmt.Errorf("unpack %s: %s has %d bytes, more than %d", tarball, header.Name, header.Size, maxUnpackedBytes)
		}
		if err := use(path.Base(header.Name), files); err != nil {
			return fmt.Errorf("read %s: %w", header.Name, err)
		}
	}
}
