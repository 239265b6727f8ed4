package durable_test

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

// A folder that cannot be made durable, as those of the kernel's own cannot, is not named by where it is.
func TestSyncFolderNamesNoPath(t *testing.T) {
	root, err := os.OpenRoot("/proc/self")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := durable.SyncFolder(root, "."); !errors.Is(err, syscall.EINVAL) || strings.Contains(err.Error(), "/proc") {
		t.Errorf("it fails with %v", err)
	}
}
