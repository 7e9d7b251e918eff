package shelf

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, dir string) *Shelf {
	t.Helper()
	s, err := Open(dir)
	must(t, err)
	return s
}

func TestShelf(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home", "plugins")
	s := opened(t, dir)
	if len(s.Installed()) != 0 || !s.Enabled("todo") {
		t.Errorf("%+v", s)
	}
	for _, name := range []string{"words", "mood"} {
		_, err := s.Install(Plugin{Name: name, Version: "1"}, []byte("module of "+name))
		must(t, err)
	}
	must(t, s.Enable("todo", false))
	must(t, s.Enable("mood", false))
	replaced, err := s.Install(Plugin{Name: "mood", Version: "2", Title: "心情"}, []byte("second"))
	must(t, err)
	if !s.Enabled("mood") {
		t.Error("a plugin that is installed again stays off")
	}

	again := opened(t, dir)
	if !reflect.DeepEqual(again, s) {
		t.Errorf("%+v, want %+v", again, s)
	}
	if list := again.Installed(); len(list) != 2 || list[0] != replaced || list[1].Name != "words" || again.Enabled("todo") {
		t.Errorf("%+v", again)
	}
	module, err := again.Module("mood")
	must(t, err)
	if string(module) != "second" || replaced.Digest != Digest(module) || replaced.Size != len(module) {
		t.Errorf("%q, %+v", module, replaced)
	}
	if info, err := os.Stat(again.Path("mood")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}

	must(t, again.Remove("mood"))
	if _, err := os.Stat(again.Path("mood")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	for _, err := range []error{again.Remove("mood"), second(again.Module("mood")), second(opened(t, dir).Module("mood"))} {
		if !errors.Is(err, ErrUnknown) {
			t.Error(err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestModuleThatChanged(t *testing.T) {
	s := opened(t, t.TempDir())
	_, err := s.Install(Plugin{Name: "mood", Version: "1"}, []byte("first"))
	must(t, err)
	must(t, os.WriteFile(s.Path("mood"), []byte("other"), 0o600))
	if _, err := s.Module("mood"); !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), "mood.wasm") {
		t.Error(err)
	}
	must(t, os.Remove(s.Path("mood")))
	if _, err := s.Module("mood"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	must(t, os.WriteFile(s.Path("mood"), nil, 0o600))
	must(t, os.Truncate(s.Path("mood"), MaxModule+1))
	if _, err := s.Module("mood"); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Error(err)
	}
}

func TestListThatIsUnreadable(t *testing.T) {
	for name, text := range map[string]string{
		"cut":         `{"schema_version":1,"plug`,
		"newer":       `{"schema_version":2}`,
		"leads away":  `{"schema_version":1,"plugins":[{"name":"../../x"}]}`,
		"another's":   `[]`,
		"one twice":   `{"schema_version":1,"plugins":[{"name":"mood"},{"name":"mood"}]}`,
		"device name": `{"schema_version":1,"plugins":[{"name":"nul"}]}`,
	} {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "installed.json"), []byte(text), 0o600))
		s, err := Open(dir)
		if !errors.Is(err, ErrList) || len(s.Installed()) != 0 || !s.Enabled("todo") {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Enable("todo", false); !errors.Is(err, ErrList) {
			t.Errorf("%s: the list is overwritten: %v", name, err)
		}
	}
}
