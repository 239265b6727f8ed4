package probes

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Advise writes an error for a person, and where a file is missing what to do about it.
func Advise(err error) string {
	text := err.Error()
	missing, ok := errors.AsType[*fs.PathError](err)
	if !ok || !errors.Is(missing, fs.ErrNotExist) || missing.Op != "open" && missing.Op != "stat" {
		return text
	}
	before, ends := strings.CutSuffix(text, missing.Error())
	if !ends { // more is said of it
		return text
	}
	what := missing.Path
	if folder := filepath.Dir(what); !there(folder) { // nor can the file be made
		what = "folder " + folder
	}
	return before + "there is no " + what + ": check the name, and the folder that you are in"
}

func there(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
