package memory

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// Work that needs more than the bound gets it.
func TestBoundFollowsMemory(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	defer func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}()
	Bound()
	if got := debug.SetMemoryLimit(-1); got != softMemory {
		t.Fatalf("bound %d, want %d", got, softMemory)
	}
	held := make([]byte, 2*softMemory)
	for deadline := time.Now().Add(time.Minute); debug.SetMemoryLimit(-1) < int64(len(held))+softMemory; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatalf("bound %d with %d bytes in use", debug.SetMemoryLimit(-1), len(held))
		}
		runtime.Gosched()
	}
	runtime.KeepAlive(held)
}
