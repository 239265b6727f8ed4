package evaluate

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/lamplight-net/lamplight/analysis/internal/conclude"
)

// Folder evaluates every method on every series that the folder's label file names. The rows of a
// method stand together, the one that sums up ("all") last.
func Folder(ctx context.Context, fsys fs.FS) ([]Row, error) {
	files, err := readLabels(fsys)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s names no series", LabelsFile)
	}
	var recordings []*recording
	for _, l := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, err := readRecording(fsys, l)
		if err != nil {
			return nil, err
		}
		recordings = append(recordings, r)
	}
	var rows []Row
	for _, m := range methods() {
		var all tally
		for _, r := range recordings {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			t := match(r.labels, m.find(r), r.days())
			rows = append(rows, t.row(m.name, r.file))
			all.add(t)
		}
		rows = append(rows, all.row(m.name, "all"))
	}
	return rows, nil
}

func methods() []method {
	return []method{
		{name: "lamplight", find: lamplight},
		votes("ioda-bgp", 1, ruleBGP()),
		votes("ioda-probing", 1, ruleProbing()),
		votes("ioda-telescope", 1, ruleTelescope()),
		votes("ioda-any-of-three", 1, ruleBGP(), ruleProbing(), ruleTelescope()),
		votes("ioda-two-of-three", 2, ruleBGP(), ruleProbing(), ruleTelescope()),
	}
}

// lamplight finds what analysis would conclude of the recording.
func lamplight(r *recording) []span {
	var out []span
	for _, i := range conclude.Incidents(conclude.Seen{Series: r.series, Until: r.until}) {
		end := r.until
		if i.End != nil {
			end = i.End.Best
		}
		out = append(out, span{start: i.Onset.Best, end: end})
	}
	return out
}
