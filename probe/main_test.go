package probe

import (
	"os"
	"testing"

	"labo/probe/ownnet"
)

func TestMain(m *testing.M) { os.Exit(ownnet.Run(m)) }
