package main

import (
	"errors"

	"github.com/alecthomas/kong"
)

// tried is the command that was called wrongly, as far as it is one.
func tried(err error) string {
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok && wrong.Context != nil && wrong.Context.Selected() != nil {
		return wrong.Context.Model.Name + " " + wrong.Context.Selected().Path()
	}
	return "lamplight"
}
