// Package proof tortures the program: kills, a live writer, a full disk.
//
// It has tests only. They build session-sync and run it as people do, as a
// process of its own with its own directories, and look at nothing but what it
// leaves on the disk and what its commands answer:
//
//   - TestCrash kills syncs at random moments. What is there after each kill is
//     whole, the next sync completes, and in the end nothing tells that there
//     were kills.
//   - TestLive lets a writer append to transcripts and to a database while syncs
//     run. The writer never fails and waits, every message arrives once.
//   - TestFullDisk and TestFileSizeLimit let the space end at every point of a
//     sync. It says so, and what was there before is intact.
//
// By default each takes about a second on a state that it writes itself. The
// flags make them thorough; make crash, make live and make full set them. The
// corpus of a large crash test comes from the generator beside the repository,
// in ../shared/corpus, and is skipped without it.
//
// What packages prove about themselves is not repeated: batches of the archive
// (engine/store), single files (engine/internal/atomicfile), how a database is
// opened (engine/internal/livesqlite).
package proof
