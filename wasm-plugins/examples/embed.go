package examples

import (
	"embed"
	"io/fs"
)

//go:embed go c rust assemblyscript include shared
var files embed.FS

// Files are the examples as they stand in this folder.
func Files() fs.FS { return files }
