package embedded

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
)

// unpackFile writes the library of a packed file, which has shown the pinned hash, to target.
func (r release) unpackFile(packed, target string) (err error) {
	source, err := os.Open(packed)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	library, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, library.Close()) }()
	if err := r.unpack(source, library); err != nil {
		return err
	}
	return library.Sync() // before the name says that it is whole
}

// unpack copies package/libchdb.so, and nothing else, from packed to library.
func (r release) unpack(packed io.Reader, library io.Writer) error {
	unzipped, err := gzip.NewReader(packed)
	if err != nil {
		return fmt.Errorf("read packed file: %w", err)
	}
	entries := tar.NewReader(unzipped)
	for {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return errors.New("package has no libchdb.so")
		}
		if err != nil {
			return fmt.Errorf("read packed file: %w", err)
		}
		if header.Name != "package/libchdb.so" || header.Typeflag != tar.TypeReg {
			continue
		}
		if header.Size != r.libraryBytes {
			return fmt.Errorf("package has a libchdb.so of %d bytes, not of %d", header.Size, r.libraryBytes)
		}
		if _, err := io.CopyN(library, entries, r.libraryBytes); err != nil {
			return fmt.Errorf("copy libchdb.so: %w", err)
		}
		return nil
	}
}
