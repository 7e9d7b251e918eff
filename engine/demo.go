package engine

import (
	"context"

	"github.com/smallccwc/chronosync/engine/internal/sample"
)

// UnpackSample makes a small state directory of OpenClaw's at dir, which must
// not exist, for people who have none to try the program on.
func UnpackSample(ctx context.Context, dir string) error { return sample.Unpack(ctx, dir) }
