package probe

import (
	"os"
	"testing"

	"labo/probe/probetest"
)

func TestMain(m *testing.M) { os.Exit(probetest.OwnNetwork(m)) }
