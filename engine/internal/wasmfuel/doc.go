// Package wasmfuel rewrites a WebAssembly module so that it ends when it has used up its fuel.
//
// [Meter] adds one exported mutable i64 global, [Global], and code that counts
// it down and executes unreachable when it falls below zero. The host sets it
// before a call and reads it after one. A trap that leaves it negative means
// that the fuel was used up; every other trap leaves it at zero or above. The
// guest can not reach the global: its index is refused in the module that
// comes in. Start functions and whatever else runs before the host can set it
// have [StartFuel].
//
// One unit of fuel pays for a step back or down, with up to 4 KiB of code run
// once, or for 64 bytes of memory written:
//
//   - Every function entry and every pass through the head of a loop costs 1
//     and 1 more for each 4 KiB of the code up to the next such place: the body
//     without the loops inside it, which pay for themselves. Between two heads
//     control only goes forward, so that code runs at most once, and charging
//     at the heads covers all of it. At the entry a local counts as 8 bytes
//     more, because it has to be cleared. The Go toolchain makes a function one
//     big loop that it enters after every call; by smaller pieces than 4 KiB it
//     would pay for the whole of it each time (measured: 27 to 40 times the fuel
//     at 64 bytes, up to 3 times at 1 KiB, 1.0 to 1.3 times at 4 KiB).
//   - memory.copy, memory.fill, memory.init and their table forms cost their
//     length, known only at run time, over 64 bytes (8 table entries), paid
//     before they run, so before they may trap for their bounds.
//   - memory.grow and table.grow cost what they really added, paid afterwards:
//     one that fails costs nothing, as a guest may probe for its limit. What
//     they do unpaid is bounded by the memory limit that the host sets, and for
//     tables, for which hosts have none, by 1,048,576 entries: table.grow beyond
//     that gives -1, which the specification allows at any time.
//   - call_indirect is paid by the function it enters. A call of an imported
//     function costs nothing here: what the host does, the host counts.
//
// It promises that the same module, input and fuel leave the same fuel on every
// engine and machine, that results and memory are those of the module as it
// came while the fuel lasts, and that what it returns is valid exactly if what
// it was given is. All index spaces stay: the global comes after the others,
// and so does one local in functions that need it to hold a length. Custom
// sections stay too, names included, but for those that address code by its
// offset (.debug_*, reloc.*, metadata.code.*), which would be wrong now.
//
// It refuses a module that exports or imports a global named [Global], and so
// its own output; what is not in the core specification 2.0, naming the
// proposal where known; and what passes its bounds: modules of 32 MiB, metered
// code of 64 MiB, lists of 1,000,000 elements, 8 tables of 1,048,576 entries,
// functions of 4 MiB, 50,000 locals and 10,000 levels of blocks, 10,000,000
// locals in all. It decodes everything, strictly, because an instruction that
// an engine reads differently could hide a loop; for that reason opcodes behind
// 0xfd must be in their shortest form, which the specification does not ask for
// and wazero relies upon. It does not check types: engines do, and code that
// they refuse never runs.
//
// Format: https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/ chapter 5 and the
// index of instructions in its appendix.
package wasmfuel
