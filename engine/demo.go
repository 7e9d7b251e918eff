package engine

import (
	"context"
	"io/fs"
	"os"

	"github.com/smallccwc/chronosync/engine/internal/sample"
)

// UnpackSample makes a small state directory of OpenClaw's at dir, which must
// not exist, for people who have none to try the program on.
func UnpackSample(ctx context.Context, dir string) error { return sample.Unpack(ctx, dir) }

// DemoFile is a file that a demo wrote.
type DemoFile struct {
	Path  string `json:"path"` // relative to the directory of the demo, with slashes
	Bytes int64  `json:"bytes"`
}

// DemoFiles lists the files below dir, in order, without what its directory
// sample holds.
func DemoFiles(dir, sample string) ([]DemoFile, error) {
	var files []DemoFile
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == sample:
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		info, err := entry.Info()
		if err == nil {
			files = append(files, DemoFile{name, info.Size()})
		}
		return err
	})
	return files, err
}
