package sdk_test

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// TestPageTellsTheContract holds ABI.md to sdk/abi.
func TestPageTellsTheContract(t *testing.T) {
	b, err := os.ReadFile("ABI.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	wanted := []string{
		fmt.Sprintf("its plugins, version %d\n", abi.Version),
		fmt.Sprintf("gives the version of this contract: %d.", abi.Version),
		fmt.Sprintf("| version | u32 | %d;", abi.Version),
		fmt.Sprintf("| `%s` | memory |", abi.ExportMemory),
		fmt.Sprintf("| `%s` | `() -> ()` |", abi.ExportInitialize),
		fmt.Sprintf("| `%s` | `() -> i32` |", abi.ExportVersion),
		fmt.Sprintf("| `%s` | `() -> i64` |", abi.ExportManifest),
		fmt.Sprintf("| `%s` | `(i32) -> i32` |", abi.ExportAlloc),
		fmt.Sprintf("| `%s` | `() -> i64` |", abi.ExportOnSync),
		fmt.Sprintf("| MaxState | %d bytes |", abi.MaxState),
		fmt.Sprintf("| MaxBatch | %d bytes |", abi.MaxBatch),
		fmt.Sprintf("| MaxText | %d bytes |", abi.MaxText),
		fmt.Sprintf("an item below %d is only a suggestion", abi.MainScore),
		fmt.Sprintf("| MaxResult | %d bytes |", abi.MaxResult),
		fmt.Sprintf("| MaxManifest | %d bytes |", abi.MaxManifest),
		fmt.Sprintf("| MaxPlugins | %d plugins |", abi.MaxPlugins),
		fmt.Sprintf("| MaxItems | %d items |", abi.MaxItems),
	}
	for _, v := range []any{abi.Manifest{}, abi.Result{}, abi.Item{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(v)) {
			name, optional, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name = "`" + name + "`"; optional == "" {
				name += "*"
			}
			wanted = append(wanted, name)
		}
	}
	wanted = append(wanted, fieldNames(abi.Session{}), "id, role", "sender, channel, origin, class, text")
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Errorf("ABI.md does not have %q", want)
		}
	}
}

// fieldNames are the fields of a struct in their order, as the page writes them.
func fieldNames(v any) string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeOf(v)) {
		names = append(names, strings.ToLower(field.Name))
	}
	return strings.ReplaceAll(strings.Join(names, ", "), "timezone", "time zone")
}
