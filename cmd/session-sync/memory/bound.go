package memory

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// softMemory is up to where nothing is collected: short commands end before.
// A first sync lives on a third of it.
const softMemory = 26 << 20

// Bound replaces Go's way, which collects often while the heap is small
// and lets it double when it is large. GOMEMLIMIT and GOGC, where they are set,
// keep their meaning.
func Bound() {
	if os.Getenv("GOMEMLIMIT") != "" || os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(softMemory)
	follow()
}

// follow raises the bound after each collection for work that really
// needs more: at a bound that is too low, collecting would never end. Room for
// twice softMemory of garbage is enough at any size.
func follow() {
	collected := new([64]byte) // which nobody holds
	runtime.AddCleanup(collected, func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		held := int64(live[0].Value.Uint64())
		if need := max(softMemory, held+min(held, 2*softMemory)); need != debug.SetMemoryLimit(-1) {
			debug.SetMemoryLimit(need)
		}
		follow()
	}, struct{}{})
}
