package loader

import (
	"os"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

func TestMain(m *testing.M) {
	if settings := os.Getenv(childVariable); settings != "" {
		runChild(settings)
	}
	servicetest.Main(m)
}
