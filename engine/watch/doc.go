// Package watch runs a sync when the sources change.
//
// The system tells of changes in directories (inotify, kqueue,
// ReadDirectoryChangesW by way of fsnotify), and a slow poll finds what it does
// not tell: mounts of other machines, events that were lost, limits that were
// reached, permissions that came back. A poll is a sync, which is over at once
// when nothing is new. Changes are waited out until there is some quiet, though
// not for as long as they like.
//
// It promises:
//
//   - Nothing is missed for longer than a poll takes to come. Watches are set
//     before the sync that they follow, and those of directories before those of
//     what is in them; a directory that comes after that is watched and synced
//     again, and one that was replaced is watched anew.
//   - It is never busy. Between two syncs there is quiet, a failure is tried again
//     after ever longer times, up to half an hour, and told once for each message.
//   - What a sync writes itself does not make it run again.
//   - Times are measured on the monotonic clock. The wall clock only tells that
//     the machine slept or that somebody set it; then a sync runs at once.
//   - The number of watches is bounded, and so are the files that kqueue opens for
//     them. Past the bound, and where the system gives no more, the poll goes on.
//
// It refuses to look below the directories that it is given, to know what a sync
// does, and to run two at a time. Two watches of one archive are two processes
// that sync: the lock of the archive keeps them apart.
package watch
