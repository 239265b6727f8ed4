package outbox

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const chainName = "chain.json"

// chain is what must be remembered of batches that have left: numbers must not repeat, and each key's
// batches point at the one before. Links of past months are forgotten, because their keys are never used
// again and the list would be a history of networks.
type chain struct {
	Next    uint64          `json:"next"` // number of the next batch
	Dropped uint64          `json:"dropped,omitempty"`
	Beacon  string          `json:"beacon,omitempty"` // the latest that a receipt brought
	Links   map[string]link `json:"links"`            // by public key, hex
}

// link is the last batch of a key.
type link struct {
	Month    string `json:"month"`
	Sequence uint64 `json:"sequence"`
	Previous string `json:"previous"`
}

func readChain(root *os.Root) (chain, error) {
	empty := chain{Next: 1, Links: map[string]link{}}
	file, err := root.Open(chainName)
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return empty, fmt.Errorf("open chain: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, 1<<20))
	if err != nil {
		return empty, fmt.Errorf("read chain: %w", err)
	}
	c := empty
	if err := json.Unmarshal(data, &c); err != nil || c.Links == nil {
		// The batches in the folder say how far the numbers have come; the chain of hashes starts anew.
		return empty, nil //nolint:nilerr // a damaged chain must not stop a probe from measuring
	}
	return c, nil
}

func (c chain) write(root *os.Root) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode chain: %w", err)
	}
	return durable.WriteFile(root, chainName, data)
}

// extend notes that key signed a batch.
func (c *chain) extend(key []byte, number uint64, id measurement.BatchID, h measurement.Header) {
	month := h.CreatedAt.UTC().Format("2006-01")
	for name, l := range c.Links {
		if l.Month < month {
			delete(c.Links, name)
		}
	}
	c.Links[hex.EncodeToString(key)] = link{Month: month, Sequence: h.Sequence, Previous: id.String()}
	c.Next = max(c.Next, number+1)
}
