// Package qrcode draws a text as a QR code on a terminal, so that a camera can read an invitation off a screen.
//
// The coding is rsc.io/qr/coding; this package chooses the smallest code and draws it. Colors are set with escape
// codes, because on a terminal with light letters on a dark ground plain blocks would be a negative, which many
// cameras do not read.
package qrcode

import (
	"errors"
	"fmt"
	"strings"

	"rsc.io/qr/coding"
)

const (
	quiet = 4 // modules of white around a code that its standard asks for
	begin = "\x1b[30;107m"
	end   = "\x1b[0m"
)

// ErrLong says that no code holds the text.
var ErrLong = errors.New("the text is too long for a QR code")

// Draw returns the code of text in lines of half blocks, and how many columns it takes.
func Draw(text string) (drawing string, columns int, err error) {
	code, err := encode(text)
	if err != nil {
		return "", 0, err
	}
	var out strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		out.WriteString(begin)
		for x := -quiet; x < code.Size+quiet; x++ {
			out.WriteString(half(code.Black(x, y), code.Black(x, y+1)))
		}
		out.WriteString(end + "\n")
	}
	return out.String(), code.Size + 2*quiet, nil
}

func half(upper, lower bool) string {
	switch {
	case upper && lower:
		return "█"
	case upper:
		return "▀"
	case lower:
		return "▄"
	}
	return " "
}

// encode takes the smallest version, at the lowest level of correction: a screen has no scratches, and a smaller
// code has larger modules.
func encode(text string) (*coding.Code, error) {
	content := coding.String(text)
	for v := coding.Version(coding.MinVersion); v <= coding.MaxVersion; v++ {
		if content.Bits(v) > v.DataBytes(coding.L)*8 {
			continue
		}
		plan, err := coding.NewPlan(v, coding.L, 0)
		if err != nil {
			return nil, fmt.Errorf("plan QR code: %w", err)
		}
		code, err := plan.Encode(content)
		if err != nil {
			return nil, fmt.Errorf("make QR code: %w", err)
		}
		return code, nil
	}
	return nil, ErrLong
}
