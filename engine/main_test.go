package engine_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine"
)

// modeVariable makes the test binary do the work of a program: tests start it
// again where they need another process.
const modeVariable = "ENGINE_TEST_MODE"

// pluginCache takes compiled plugins for all tests of a run.
var pluginCache string

func runTests(m *testing.M) int {
	var err error
	if pluginCache, err = os.MkdirTemp("", "plugin-cache"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(pluginCache)
	return m.Run()
}

func TestMain(m *testing.M) {
	var err error
	switch mode := os.Getenv(modeVariable); mode {
	case "":
		os.Exit(runTests(m))
	case "redact":
		err = redactInChild()
	case "sync":
		err = syncInChild()
	case "checkup":
		err = checkupInChild()
	case "gateway":
		err = writeInChild()
	default:
		err = fmt.Errorf("unknown mode %q", mode)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func redactInChild() error {
	e, err := engine.Open(engine.Options{OSHome: "nowhere", Now: time.Now})
	if err != nil {
		return err
	}
	return e.Redact(context.Background(), os.Stdin, os.Stdout, engine.RedactOptions{Lines: true})
}
