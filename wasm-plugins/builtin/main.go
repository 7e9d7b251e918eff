// Command builtin is the module of the built-in plugins. They are in one because
// all of them need the same reading of a session: in two modules it would be
// done twice, and there would be twice as much to compile.
package main

import (
	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/reader"
	"github.com/smallccwc/chronosync/wasm-plugins/knowledge"
	"github.com/smallccwc/chronosync/wasm-plugins/todo"
)

func init() {
	r, err := reader.New()
	if err != nil {
		panic(err)
	}
	sdk.Register(knowledge.Plugin(r))
	sdk.Register(todo.Plugin(r))
}

// Garbage is collected when there is as much of it as of what is held. reserve
// puts that off; as nobody writes there, it takes addresses and no memory.
//
//lint:ignore U1000 it is there to be held
var reserve = make([]byte, 4<<20)

func main() {}
