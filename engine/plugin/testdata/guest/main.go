// Command guest is a plugin that does what the title of the session tells it.
package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
	"unsafe"

	"github.com/smallccwc/chronosync/sdk/abi"
)

var input, output []byte

func main() {}

//go:wasmexport ss_abi
func version() int32 { return abi.Version }

//go:wasmexport ss_alloc
func alloc(n int32) int32 {
	input = make([]byte, n)
	return int32(uintptr(unsafe.Pointer(unsafe.SliceData(input))))
}

//go:wasmexport ss_manifest
func manifest() int64 { return answer([]abi.Manifest{{Name: "guest", Version: "1"}}) }

//go:wasmexport ss_on_sync
func onSync() int64 {
	batch, err := abi.Decode(input)
	if err != nil {
		panic(err)
	}
	return answer(abi.Result{Log: behave(batch.Session.Title)})
}

func answer(value any) int64 {
	var err error
	if output, err = json.Marshal(value); err != nil {
		panic(err)
	}
	return int64(uintptr(unsafe.Pointer(unsafe.SliceData(output))))<<32 | int64(len(output))
}

var kept int

func behave(title string) string {
	switch title {
	case "probe":
		return probe()
	case "keep":
		kept++
		return fmt.Sprint(kept)
	case "panic":
		fmt.Println("on stdout")
		panic("as it was told")
	case "exit":
		os.Exit(3)
	case "memory":
		for all := [][]byte{}; ; {
			all = append(all, make([]byte, 1<<20))
			_ = all
		}
	case "recursion":
		return fmt.Sprint(recurse(1))
	case "print":
		for range 100 {
			fmt.Fprint(os.Stderr, strings.Repeat("x", 4096))
		}
	case "loop":
		for {
		}
	}
	return ""
}

func recurse(n int) int { return recurse(n+1) + n }

// probe tries what a plugin must not get; each line is what came of it.
func probe() string {
	var log strings.Builder
	try := func(what string, got any, err error) { fmt.Fprintln(&log, what, got, err != nil) }
	for _, path := range []string{"/etc/passwd", "/", ".", "../x"} {
		b, err := os.ReadFile(path)
		try("read", len(b), err)
		list, err := os.ReadDir(path)
		try("list", len(list), err)
	}
	try("write", 0, os.WriteFile("/tmp/out", []byte("x"), 0o600))
	try("mkdir", 0, os.Mkdir("/tmp/dir", 0o700))
	_, err := net.Dial("tcp", "127.0.0.1:1")
	try("dial", 0, err)
	b := make([]byte, 16)
	_, err = os.Stdin.Read(b)
	try("stdin", 0, err)
	try("environment", len(os.Environ()), nil)
	try("arguments", strings.Join(os.Args, ""), nil)
	before := time.Now()
	time.Sleep(time.Hour)
	try("clock", before.UTC().Format(time.DateTime), nil)
	try("slept", time.Since(before).Round(time.Minute), nil)
	_, err = rand.Read(b)
	try("random", fmt.Sprintf("%x", b), err)
	for key := range map[int]int{1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0} {
		fmt.Fprint(&log, key)
	}
	return log.String()
}
