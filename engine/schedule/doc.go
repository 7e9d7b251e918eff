// Package schedule registers the sync with OpenClaw's scheduler or the system's.
//
// OpenClaw's comes first ([OpenClaw]): its job is a command with arguments, never
// a prompt, so no run calls a model; it posts nothing into a chat; and it carries
// a declaration key, so that registering it again changes that job and makes no
// second one. For an openclaw that has no such jobs there is the system's
// scheduler ([System]): a systemd timer or a launchd agent of the user, a line of
// the user's crontab, or a Windows task.
//
// It promises that nothing is registered twice, that a job which people switched
// off stays off, that only what was registered here is removed, and that of a
// crontab all other lines stay as they are. Every word reaches the program as it
// is, whatever quoting the scheduler wants; words with control characters, and
// those that are not UTF-8, are refused ([ErrWords]).
//
// It refuses to judge jobs of others: what looks like a sync and is not ours is
// reported.
//
// Shapes of OpenClaw's answers were observed with OpenClaw 2026.9.6 in November
// 2026; samples are in testdata. Formats of the system: systemd.service(5),
// systemd.timer(5), launchd.plist(5), crontab(5), and Microsoft's Task Scheduler
// Schema.
package schedule
