package pairing

import (
	"testing"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

func TestMain(m *testing.M) { servicetest.Main(m) }
