package wasmfuel

import "fmt"

// Error says why a module can not be metered.
type Error struct {
	Offset  int    // byte of the module at which the problem stands
	Problem string // lower case, and what to do about it where that is known
}

func (e *Error) Error() string {
	return fmt.Sprintf("wasm module at byte %d: %s", e.Offset, e.Problem)
}
