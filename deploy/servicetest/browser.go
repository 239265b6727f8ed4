package servicetest

import (
	"errors"
	"os/exec"
	"testing"
)

// Chromium returns the path of a Chromium or Chrome.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "Chromium", absent{errors.New("no chromium on PATH: install your system's chromium package")})
	return ""
}
