package probes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/minisign"
	"github.com/lamplight-net/lamplight/probes/internal/report"
)

// ListConfig is what a target list is made of.
type ListConfig struct {
	Files   []string
	Country string
	Name    string // "" means the country in small letters
	Serial  uint64
	Days    int // until it should have been replaced
	Most    int
	Risky   bool
	// Anchors are the country's own: pages at home that answer 2xx without a redirect, in few bytes.
	Anchors []string
	// Domain returns the registrable domain of a name; nil: domains are not counted.
	Domain func(host string) (string, error)
}

// BuildList writes a list of the targets in test lists of Citizen Lab's format to a file, to be signed, and says on
// w what was taken.
func BuildList(cfg ListConfig, out string, now time.Time, w io.Writer) error {
	builder, err := list.NewBuilder(list.Selection{Country: cfg.Country, Risky: cfg.Risky, Most: cfg.Most, Domain: cfg.Domain})
	if err != nil {
		return err
	}
	for _, name := range cfg.Files {
		if err := addFile(builder, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	targets := builder.Targets()
	if len(targets) == 0 {
		return errors.New("no target was taken: give test lists with sites in them")
	}
	if cfg.Name == "" {
		cfg.Name = strings.ToLower(cfg.Country)
	}
	issued := now.UTC().Truncate(time.Second)
	text, err := list.Draft{
		Name: cfg.Name, Serial: cfg.Serial, Issued: issued, Expires: issued.AddDate(0, 0, cfg.Days), Targets: targets,
		Domestic: cfg.domestic(),
	}.Text()
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, text, 0o644); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	fmt.Fprintf(w, "%s in %s, issue %d of list %s\n", report.Count(len(targets), "target", "targets"), out, cfg.Serial, cfg.Name)
	for _, reason := range slices.Sorted(maps.Keys(builder.Skipped)) {
		fmt.Fprintf(w, "%s left out: %s\n", report.Count(builder.Skipped[reason], "row", "rows"), reason)
	}
	if len(cfg.Anchors) == 0 {
		fmt.Fprintf(w, "It has no anchors at home (--anchor): nobody could tell %s cut off from the world from %s dark\n", cfg.Country, cfg.Country)
	}
	_, err = fmt.Fprintf(w, "Now let as many people sign it as your probes ask for, each with a key of their own:\n  minisign -Sm %s -x %s.NAME.minisig\n", out, out)
	return err
}

// domestic returns the anchors by their country.
func (cfg ListConfig) domestic() map[string][]string {
	if len(cfg.Anchors) == 0 {
		return nil
	}
	return map[string][]string{cfg.Country: cfg.Anchors}
}

func addFile(b *list.Builder, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return b.Add(file)
}

// PackList puts a list and its signatures into one file, as a gateway hands it out, if the keys make it one. The file
// is called as gateways look for it, unless out says otherwise.
func PackList(listFile string, signatures, keys []string, needed int, out string, w io.Writer) error {
	text, err := readUpTo(listFile, list.MaxBytes)
	if err != nil {
		return err
	}
	signed := list.Signed{List: text}
	for _, name := range signatures {
		signature, err := readUpTo(name, maxMinisignBytes)
		if err != nil {
			return err
		}
		signed.Signatures = append(signed.Signatures, string(signature))
	}
	trust, err := readTrust(keys, needed)
	if err != nil {
		return err
	}
	l, err := list.Open(signed, trust)
	if err != nil {
		return fmt.Errorf("%s: %w", listFile, err)
	}
	packed, err := json.Marshal(signed)
	if err != nil {
		return err
	}
	if out == "" {
		out = l.Name + ".signed.json"
	}
	if err := os.WriteFile(out, packed, 0o644); err != nil {
		return fmt.Errorf("write the signed list: %w", err)
	}
	_, err = fmt.Fprintf(w, "issue %d of list %s, %s, signed by at least %d of %d: %s\n",
		l.Serial, l.Name, report.Count(len(l.Plan.Targets), "target", "targets"), needed, len(keys), out)
	return err
}

// maxMinisignBytes bounds a file of minisign's: a comment or two, and a line.
const maxMinisignBytes = 4 << 10

// readTrust reads the public keys of those who may sign a list, of whom so many are needed: each a file's name, or the key
// itself, as it stands in invitations.
func readTrust(keys []string, needed int) (list.Trust, error) {
	trust := list.Trust{Needed: needed}
	for _, name := range keys {
		if key, err := minisign.ParsePublicKey(name); err == nil {
			trust.Keys = append(trust.Keys, key)
			continue
		}
		text, err := readUpTo(name, maxMinisignBytes)
		if err != nil {
			return list.Trust{}, err
		}
		key, err := minisign.ParsePublicKey(string(text))
		if err != nil {
			return list.Trust{}, fmt.Errorf("%s: %w", name, err)
		}
		trust.Keys = append(trust.Keys, key)
	}
	return trust, nil
}

// readSigned reads a list with its signatures. Nothing of it is verified yet.
func readSigned(name string) (list.Signed, error) {
	file, err := os.Open(name)
	if err != nil {
		return list.Signed{}, err
	}
	defer file.Close()
	return list.Decode(file)
}

func readUpTo(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if int64(len(text)) > most {
		return nil, fmt.Errorf("%s is longer than %d bytes", name, most)
	}
	return text, nil
}
