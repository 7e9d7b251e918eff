//go:build !linux && !darwin

package engine_test

import (
	"errors"
	"os"
)

func fileSizeSignals() []os.Signal { return []os.Signal{os.Interrupt} }

func limitFileSize(string) error { return errors.New("no such limit here") }
