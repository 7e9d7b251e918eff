package engine

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// zoneName is the time zone that files are written in: our settings, else
// OpenClaw's, else what was kept from the first run, else the system's. The
// last is kept so that files do not change when the machine travels.
func zoneName(setting, openclaw, kept string, local *time.Location, now time.Time) string {
	if name := cmp.Or(setting, openclaw); name != "" {
		if _, err := time.LoadLocation(name); err == nil {
			return name
		}
	}
	if kept != "" {
		return kept
	}
	if name := local.String(); name != "Local" {
		return name
	}
	// The system's zone has no name in Go; the link that sets it has.
	if target, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
		if _, name, found := strings.Cut(filepath.ToSlash(target), "zoneinfo/"); found {
			if _, err := time.LoadLocation(name); err == nil {
				return name
			}
		}
	}
	if data, err := os.ReadFile("/etc/timezone"); err == nil {
		if name := strings.TrimSpace(string(data)); name != "" {
			if _, err := time.LoadLocation(name); err == nil {
				return name
			}
		}
	}
	return now.In(local).Format("-07:00")
}

// location is the zone that [zoneName] named; a bare offset has no name.
func location(name string) *time.Location {
	if loc, err := time.LoadLocation(name); err == nil {
		return loc
	}
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset)
	}
	return time.UTC
}
