package analysis

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"

	"github.com/lamplight-net/lamplight/analysis/internal/evaluate"
)

// Evaluate measures detection on a folder of labeled recordings beside IODA's published rules, and writes
// a table, or an array of the same rows in JSON.
func Evaluate(ctx context.Context, folder fs.FS, out io.Writer, asJSON bool) error {
	rows, err := evaluate.Folder(ctx, folder)
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	if !asJSON {
		return evaluate.WriteTable(out, rows)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(rows)
}
