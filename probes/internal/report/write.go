package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Write writes the report for a person. It tells of so many of the last checks.
func (r Report) Write(w io.Writer, checks int) error {
	var out strings.Builder
	lines := [][2]string{{"Probe", r.State()}, {"Version", r.Software}, {"Joined", yesOrHow(r.Joined)}, {"Agreed to", r.Agreed()}}
	if r.Running { // the rest is known to one that runs
		if words := r.Rhythm(); words != "" {
			lines = append(lines, [2]string{"Pace", words})
		}
		lines = append(lines, [][2]string{
			{"List", r.Followed()}, {"Network", r.Place()}, {"Data today", r.Used()}, {"Waiting", r.Waiting()}, {"Delivered", r.Delivery()},
		}...)
	}
	if !r.Running && r.OnDisk {
		lines = append(lines, [2]string{"Waiting", r.Waiting()})
	}
	for _, line := range lines {
		fmt.Fprintf(&out, "%-11s %s\n", line[0], line[1])
	}
	for i, c := range r.Checks {
		if i == checks {
			break
		}
		if i == 0 {
			out.WriteString("\nLast checks\n")
		}
		fmt.Fprintf(&out, "  %s  %-19s  %s\n", c.When(), c.What(), c.How())
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// WriteJSON writes the report for a program. Of a probe that does not run it leaves out what is not known: data of
// nothing would be false.
func (r Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if r.Running {
		return enc.Encode(r)
	}
	type all Report
	out := struct {
		all
		Network *struct{} `json:"network,omitempty"`
		Today   *struct{} `json:"today,omitempty"`
		Queue   *lying    `json:"queue,omitempty"`
		Checks  *struct{} `json:"checks,omitempty"`
	}{all: all(r)}
	if r.OnDisk {
		out.Queue = &lying{r.Queue.Batches, r.Queue.Bytes, r.Queue.Aside}
	}
	return enc.Encode(out)
}

// lying is what a disk tells of a queue.
type lying struct {
	Batches int   `json:"batches"`
	Bytes   int64 `json:"bytes"`
	Aside   int   `json:"set_aside"`
}

func yesOrHow(joined bool) string {
	if joined {
		return "yes"
	}
	return "no (lamplight-probe join LINK)"
}
