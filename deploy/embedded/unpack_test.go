package embedded

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/npm"
)

// entry is a file of a packed package.
type entry struct {
	name, content string
	kind          byte
}

func pack(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var packed bytes.Buffer
	zipper := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zipper)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Typeflag: e.kind, Mode: 0o600}
		if e.kind == tar.TypeSymlink {
			header.Linkname = e.content
		} else {
			header.Size = int64(len(e.content))
		}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if e.kind == tar.TypeReg {
			if _, err := io.WriteString(archive, e.content); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipper.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// pinned is a release whose pinned file is packed, with a library of four bytes.
func pinned(packed []byte) release {
	hash := sha512.Sum512(packed)
	return release{
		Package: npm.Package{
			Name: "@test/library", Version: "1.0.0",
			Integrity: "sha512-" + base64.StdEncoding.EncodeToString(hash[:]),
		},
		packedBytes:  int64(len(packed)),
		libraryBytes: 4,
	}
}

func TestUnpack(t *testing.T) {
	library := entry{"package/libchdb.so", "ELF!", tar.TypeReg}
	tests := []struct {
		name    string
		entries []entry
		want    string // part of the error; empty for success
	}{
		{"only the library", []entry{library}, ""},
		{"among others", []entry{{"package/index.js", "x", tar.TypeReg}, library, {"../../etc/passwd", "x", tar.TypeReg}}, ""},
		{"no library", []entry{{"package/index.js", "x", tar.TypeReg}}, "no libchdb.so"},
		{"in another folder", []entry{{"libchdb.so", "ELF!", tar.TypeReg}}, "no libchdb.so"},
		{"symbolic link", []entry{{"package/libchdb.so", "/etc/passwd", tar.TypeSymlink}}, "no libchdb.so"},
		{"too large", []entry{{"package/libchdb.so", "ELF!!", tar.TypeReg}}, "5 bytes, not of 4"},
		{"too small", []entry{{"package/libchdb.so", "ELF", tar.TypeReg}}, "3 bytes, not of 4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got bytes.Buffer
			err := pinned(nil).unpack(bytes.NewReader(pack(t, test.entries...)), &got)
			switch {
			case test.want == "" && (err != nil || got.String() != "ELF!"):
				t.Errorf("got %q, error %v", got.String(), err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack(f, entry{"package/libchdb.so", "ELF!", tar.TypeReg}))
	f.Add(pack(f, entry{"package/index.js", "x", tar.TypeReg}))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, packed []byte) {
		var got bytes.Buffer
		if err := pinned(nil).unpack(bytes.NewReader(packed), &got); err == nil && got.Len() != 4 {
			t.Errorf("unpacked %d bytes without an error", got.Len())
		}
	})
}
