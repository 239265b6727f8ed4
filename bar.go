package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// bar draws how far a step is, on a terminal alone: in a file it would be noise.
type bar struct {
	out   io.Writer
	drawn string // what stands on the line now
}

const barWidth = 30

// newBar returns a bar that draws on out if that is a terminal.
func newBar(out io.Writer) *bar {
	file, ok := out.(*os.File)
	if !ok {
		return &bar{}
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &bar{}
	}
	return &bar{out: out}
}

// step draws that done bytes of total are behind us; a total of zero or less is not known.
func (b *bar) step(name string, done, total int64) {
	if b.out == nil {
		return
	}
	line := fmt.Sprintf("%-8s %6.1f MB", name, float64(done)/1e6)
	if total > 0 {
		full := int(min(done, total) * barWidth / total)
		line = fmt.Sprintf("%-8s [%s%s] %3d %%", name, strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), min(done, total)*100/total)
	}
	if line == b.drawn {
		return
	}
	_, _ = fmt.Fprintf(b.out, "\r\033[K%s", line)
	if total > 0 && done >= total {
		_, _ = fmt.Fprintln(b.out)
		line = ""
	}
	b.drawn = line
}
