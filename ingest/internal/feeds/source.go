package feeds

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

const (
	// The largest real recording, all of RIPE Atlas for a day, has 1.6 MB. These leave room for years in
	// one file, and keep a mistaken or hostile one from filling the disk or running for hours.
	maxPackedBytes   = 1 << 30
	maxUnpackedBytes = 8 << 30

	// responseTimeout bounds the wait for a server's first byte, not the transfer.
	responseTimeout = 30 * time.Second
)

// source is a file that can be read several times.
type source struct {
	file *os.File
	size int64
}

// open opens a regular file as it is; what an address or a pipe gives is first copied to a temporary
// file, which has no name and goes with the source.
func open(ctx context.Context, from string, progress func(step string, done, total int64)) (*source, error) {
	if scheme, _, ok := strings.Cut(from, "://"); ok {
		if scheme != "http" && scheme != "https" {
			return nil, fmt.Errorf("%s is neither a file nor an http or https address", from)
		}
		return download(ctx, from, progress)
	}
	f, err := os.Open(from)
	if err != nil {
		return nil, err // it names the file
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, errors.Join(err, f.Close())
	case info.IsDir():
		return nil, errors.Join(fmt.Errorf("%s is a folder: give one file", from), f.Close())
	case !info.Mode().IsRegular():
		defer func() { _ = f.Close() }() // only read
		return spool(ctx, f, 0, func(int64, int64) {})
	case info.Size() > maxPackedBytes:
		return nil, errors.Join(tooLarge(maxPackedBytes), f.Close())
	}
	return &source{file: f, size: info.Size()}, nil
}

func download(ctx context.Context, address string, progress func(step string, done, total int64)) (*source, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("download %s: %w", address, err)
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: responseTimeout}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return nil, fmt.Errorf("download: %w", err) // it names the address
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("download %s: the server answered %s", address, response.Status)
	}
	s, err := spool(ctx, response.Body, max(0, response.ContentLength), func(done, total int64) { progress("download", done, total) })
	if err != nil {
		return nil, fmt.Errorf("download %s: %w", address, err)
	}
	return s, nil
}

// spool copies a stream to a temporary file.
func spool(ctx context.Context, stream io.Reader, total int64, progress func(done, total int64)) (*source, error) {
	f, err := os.CreateTemp("", "lamplight-import-*")
	if err != nil {
		return nil, err
	}
	s := &source{file: f}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	counted := &counter{ended: ctx.Err, stream: stream, limit: maxPackedBytes, total: total, progress: progress}
	if s.size, err = io.Copy(f, counted); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// content returns what the source holds, unpacked when it is gzip, from its beginning. progress is told
// of the bytes read before unpacking.
func (s *source) content(ctx context.Context, progress func(done, total int64)) (io.Reader, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	packed := bufio.NewReaderSize(&counter{ended: ctx.Err, stream: s.file, limit: maxPackedBytes, total: s.size, progress: progress}, 1<<16)
	magic, err := packed.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return packed, nil
	}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return &counter{ended: ctx.Err, stream: unpacked, limit: maxUnpackedBytes, progress: func(int64, int64) {}}, nil
}

// Close closes the file.
func (s *source) Close() error { return s.file.Close() }

// counter passes a stream on until ended errs or it has given more than limit bytes.
type counter struct {
	ended              func() error
	stream             io.Reader
	limit, done, total int64
	progress           func(done, total int64)
}

func (c *counter) Read(p []byte) (int, error) {
	if err := c.ended(); err != nil {
		return 0, err
	}
	n, err := c.stream.Read(p)
	if c.done += int64(n); c.done > c.limit {
		return 0, tooLarge(c.limit)
	}
	c.progress(c.done, c.total)
	return n, err
}

func tooLarge(limit int64) error {
	return fmt.Errorf("more than %d bytes: split the recording", limit)
}
