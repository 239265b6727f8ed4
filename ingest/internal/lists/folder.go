package lists

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// readEvery is how soon a new issue is handed out: soon, for somebody who waits, against hours between two
	// questions of a probe.
	readEvery = 30 * time.Second
	// maxLists and maxEntries bound a folder that was named by mistake.
	maxLists   = 64
	maxEntries = 2000
)

// Folder hands out what lies in a folder. It is safe for concurrent use.
type Folder struct {
	path   string // empty: there is none
	needed int    // signatures, of different people
	log    *slog.Logger
	errors prometheus.Counter

	now atomic.Pointer[map[string]*List]

	mu       sync.Mutex        // held while the folder is read
	problems map[string]string // what is wrong at present, by file; the folder's own under ""
}

// Open reads a folder for the first time; without a path there are no lists. It fails when there is no such folder.
// needed is how many people must have signed a list.
func Open(path string, needed int, log *slog.Logger, registry prometheus.Registerer) (*Folder, error) {
	f := &Folder{path: path, needed: needed, log: log, problems: map[string]string{}, errors: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lamplight_gateway_list_errors_total", Help: "Times that a file or the folder of --lists could not be read or taken: what was handed out before still is.",
	})}
	f.now.Store(&map[string]*List{})
	count := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "lamplight_gateway_lists", Help: "Target lists handed out.",
	}, func() float64 { return float64(len(*f.now.Load())) })
	for _, c := range []prometheus.Collector{f.errors, count} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	if err := Check(path); err != nil {
		return nil, err
	}
	f.Read()
	return f, nil
}

// Check fails when there is no such folder; no path is no folder, and well.
func Check(path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a folder", path)
	}
	return err
}

// Get returns the list with this name.
func (f *Folder) Get(name string) (*List, bool) {
	l, ok := (*f.now.Load())[name]
	return l, ok
}

// Of returns the list that a batch names as its plan, if it is the issue that is handed out now.
func (f *Folder) Of(plan string) (*List, bool) {
	cut := strings.LastIndexByte(plan, '-')
	if cut < 0 {
		return nil, false
	}
	l, ok := f.Get(plan[:cut])
	return l, ok && l.Version() == plan
}

// Follow reads the folder again and again until ctx ends.
func (f *Folder) Follow(ctx context.Context) {
	if f.path == "" {
		return
	}
	tick := time.NewTicker(readEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.Read()
		}
	}
}

// Read takes up what has changed in the folder. A list whose file is gone is handed out no more; one whose file
// cannot be taken stays as it was.
func (f *Folder) Read() {
	if f.path == "" {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	files, err := f.files()
	if f.trouble("", err) {
		return
	}
	before, after := *f.now.Load(), map[string]*List{}
	for name, file := range files {
		l, err := read(name, filepath.Join(f.path, file))
		if err == nil {
			err = errors.Join(l.signedBy(f.needed), l.follows(before[name]))
		}
		if f.trouble(file, err) {
			l = before[name]
		}
		if l == nil {
			continue
		}
		after[name] = l
		if old := before[name]; old == nil || old.Tag != l.Tag {
			f.log.Info("list is handed out", "list", name, "serial", l.Serial, "targets", len(l.Targets), "signatures", l.Signatures, "bytes", len(l.Body))
		}
	}
	for file := range f.problems {
		if name := strings.TrimSuffix(file, Suffix); file != "" && files[name] == "" {
			delete(f.problems, file)
		}
	}
	f.now.Store(&after)
}

// trouble counts what is wrong, says it once, and reports whether anything is.
func (f *Folder) trouble(file string, err error) bool {
	if err == nil {
		delete(f.problems, file)
		return false
	}
	f.errors.Inc()
	if said := err.Error(); f.problems[file] != said {
		f.problems[file] = said
		f.log.Warn("list not taken: what was handed out before still is, if anything was", "file", file, "error", err)
	}
	return true
}

// files returns the files of lists, by the name of the list.
func (f *Folder) files() (map[string]string, error) {
	folder, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	entries, err := folder.ReadDir(maxEntries)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	out := map[string]string{}
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), Suffix)
		if ok && measurement.ListName(name) {
			out[name] = entry.Name()
		}
	}
	if len(entries) == maxEntries || len(out) > maxLists {
		return nil, fmt.Errorf("the folder of --lists has %d entries, %d of them lists: at most %d and %d are read", len(entries), len(out), maxEntries-1, maxLists)
	}
	return out, nil
}

func read(name, path string) (*List, error) {
	// A pipe would never end.
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	return decode(name, text)
}
