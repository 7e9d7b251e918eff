package doctor

import "slices"

// most bounds what is told of one kind of thing.
const most = 10

// Check judges the facts. Findings come in a fixed order: the program, where
// things lie, what they hold, and what keeps it up to date.
func Check(f Facts) []Finding {
	return slices.Concat(
		checkVersion(f.Version), checkToolchain(f.Toolchain), checkCopies(f.Copies), checkSkills(f),
		checkSettings(f.Settings), checkState(f.State, f.Disk),
		checkHome(f.Home), checkArchive(f.Archive), checkStores(f.Disk, f.Archive), checkLeftovers(f.Disk, f.Archive),
		checkOutput(f.Output), checkMemory(f.Output.Large), checkSharing(f.Settings, f.Archive),
		checkSchedule(f.Schedule, f.State), checkOthers(f.Others), checkLastRun(f),
	)
}

// first gives the first few of a list.
func first[T any](list []T) []T { return list[:min(len(list), most)] }
