package shelf

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/internal/pluginname"
	"github.com/smallccwc/chronosync/engine/internal/regular"
)

// Errors of the shelf.
var (
	ErrList    = errors.New("the list of installed plugins is unreadable")
	ErrUnknown = errors.New("there is no such plugin")
	ErrChanged = errors.New("the plugin changed on disk after it was installed")
)

// Plugin is what was installed.
type Plugin struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Title   string `json:"title,omitempty"`
	About   string `json:"about,omitempty"`
	Digest  string `json:"sha256"` // of the module, in lower-case hex
	Size    int    `json:"bytes"`
}

// list is installed.json.
type list struct {
	SchemaVersion int      `json:"schema_version"`
	Plugins       []Plugin `json:"plugins"` // by name
	Off           []string `json:"off"`     // names of plugins that are switched off, built-in ones too; sorted
}

const schemaVersion = 1

// MaxModule is how large a module may be, in bytes.
const MaxModule = 32 << 20

// Shelf is the directory as it was when it was opened. Use one goroutine at a time.
type Shelf struct {
	dir string
	list
	broken error // why the list could not be read
}

// Open reads which plugins are installed in dir, which need not exist. With
// [ErrList] it gives a shelf that looks empty and can't be changed.
func Open(dir string) (*Shelf, error) {
	s := &Shelf{dir: dir, list: list{SchemaVersion: schemaVersion, Plugins: []Plugin{}, Off: []string{}}}
	text, err := read(s.ListPath(), 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s.list)
	}
	if err == nil && s.SchemaVersion > schemaVersion {
		err = fmt.Errorf("it is of format %d, this program knows %d", s.SchemaVersion, schemaVersion)
	}
	for i, p := range s.Plugins {
		if err == nil {
			err = pluginname.Check(p.Name)
		}
		if err == nil && s.at(p.Name) != i {
			err = fmt.Errorf("plugin %q stands in it twice", p.Name)
		}
	}
	if err != nil {
		err = fmt.Errorf("%w: %q: %w", ErrList, s.ListPath(), err)
		return &Shelf{dir: dir, broken: err}, err
	}
	return s, nil
}

// ListName is the file that says what is installed.
const ListName = "installed.json"

// ListPath is where that file lies.
func (s *Shelf) ListPath() string { return filepath.Join(s.dir, ListName) }

// Path is where the module of a plugin lies.
func (s *Shelf) Path(name string) string { return filepath.Join(s.dir, name+".wasm") }

// Installed lists the plugins by name.
func (s *Shelf) Installed() []Plugin { return s.Plugins }

// Enabled reports whether a plugin, installed or built in, is not switched off.
func (s *Shelf) Enabled(name string) bool { return !slices.Contains(s.Off, name) }

func (s *Shelf) at(name string) int {
	return slices.IndexFunc(s.Plugins, func(p Plugin) bool { return p.Name == name })
}

// Module reads the module of an installed plugin, [ErrChanged] when it is
// another one by now, [ErrUnknown] when none has the name.
func (s *Shelf) Module(name string) ([]byte, error) {
	at := s.at(name)
	if at < 0 {
		return nil, ErrUnknown
	}
	module, err := read(s.Path(name), MaxModule)
	if err != nil {
		return nil, fmt.Errorf("reading plugin %q: %w", name, err)
	}
	if Digest(module) != s.Plugins[at].Digest {
		return nil, fmt.Errorf("%w: %q", ErrChanged, s.Path(name))
	}
	return module, nil
}

// Digest is the SHA-256 of a module in lower-case hex.
func Digest(module []byte) string {
	sum := sha256.Sum256(module)
	return hex.EncodeToString(sum[:])
}

// Install puts a module on the shelf in the place of an earlier one of its name,
// and switches it on. Digest and size are filled in.
func (s *Shelf) Install(p Plugin, module []byte) (Plugin, error) {
	p.Digest, p.Size = Digest(module), len(module)
	err := os.MkdirAll(s.dir, 0o700)
	if err == nil {
		_, err = atomicfile.Write(s.Path(p.Name), 0o600, func(w io.Writer) error {
			_, err := w.Write(module)
			return err
		})
	}
	if err != nil {
		return Plugin{}, fmt.Errorf("installing plugin %q: %w", p.Name, err)
	}
	if at := s.at(p.Name); at >= 0 {
		s.Plugins[at] = p
	} else {
		s.Plugins = append(s.Plugins, p)
		slices.SortFunc(s.Plugins, func(a, b Plugin) int { return strings.Compare(a.Name, b.Name) })
	}
	return p, s.Enable(p.Name, true)
}

// Enable switches a plugin on or off, whether it is installed or built in.
func (s *Shelf) Enable(name string, on bool) error {
	s.Off = slices.DeleteFunc(s.Off, func(off string) bool { return off == name })
	if !on {
		s.Off = append(s.Off, name)
		slices.Sort(s.Off)
	}
	return s.save()
}

// Remove takes an installed plugin off the shelf, [ErrUnknown] when none has the
// name.
func (s *Shelf) Remove(name string) error {
	at := s.at(name)
	if at < 0 {
		return ErrUnknown
	}
	s.Plugins = slices.Delete(s.Plugins, at, at+1)
	if err := s.Enable(name, true); err != nil {
		return err
	}
	if err := os.Remove(s.Path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing plugin %q: %w", name, err)
	}
	return nil
}

func (s *Shelf) save() error {
	if s.broken != nil {
		return s.broken
	}
	err := os.MkdirAll(s.dir, 0o700)
	if err == nil {
		_, err = atomicfile.Write(s.ListPath(), 0o600, func(w io.Writer) error {
			out := json.NewEncoder(w)
			out.SetIndent("", " ")
			return out.Encode(s.list)
		})
	}
	if err != nil {
		return fmt.Errorf("keeping the list of installed plugins: %w", err)
	}
	return nil
}

// Read reads a module file that somebody named: a regular one, not above
// [MaxModule].
func Read(path string) ([]byte, error) { return read(path, MaxModule) }

func read(path string, most int64) ([]byte, error) {
	file, info, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info.Size() > most {
		return nil, fmt.Errorf("%q has %d bytes; at most %d are read", path, info.Size(), most)
	}
	return io.ReadAll(io.LimitReader(file, most))
}
