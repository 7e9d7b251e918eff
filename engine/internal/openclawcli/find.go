package openclawcli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"

	"github.com/smallccwc/chronosync/engine/internal/subprocess"
)

// find gives the program and the arguments that run openclaw, nil when it is not
// there.
func find(path string) []string {
	if runtime.GOOS != "windows" {
		if program := subprocess.Find(path, "openclaw"); program != "" {
			return []string{program}
		}
		return nil
	}
	program := subprocess.Find(path, "openclaw.exe", "openclaw.cmd")
	switch filepath.Ext(program) {
	case "":
		return nil
	case ".cmd":
		return behindBatch(program, subprocess.Find(filepath.Dir(program)+string(filepath.ListSeparator)+path, "node.exe"))
	}
	return []string{program}
}

// behindBatch runs the script that a batch file of npm's leads to, with Node: no
// quoting brings every word through a batch file as it is. nil when there is no
// such script, or no Node.
func behindBatch(batch, node string) []string {
	dir := filepath.Dir(batch)
	// npm puts the batch file beside node_modules, or within it into .bin.
	for _, home := range []string{filepath.Join(dir, "node_modules", "openclaw"), filepath.Join(filepath.Dir(dir), "openclaw")} {
		var about struct{ Bin struct{ OpenClaw string } }
		data, err := os.ReadFile(filepath.Join(home, "package.json"))
		if err != nil || json.Unmarshal(data, &about) != nil || !filepath.IsLocal(about.Bin.OpenClaw) || node == "" {
			continue
		}
		return []string{node, filepath.Join(home, filepath.FromSlash(about.Bin.OpenClaw))}
	}
	return nil
}
