// Package doctor checks an installation and names the remedy for each finding.
//
// It promises: [Check] is a pure function of [Facts], so that everything it says
// can be tested without a disk; each finding has a stable code, and whatever is
// not in order says what mends it, by a command or a step that exists. The
// functions that look at the machine ([LookAt], [Copies], [Skills], [Large],
// [Timers]) write nothing, start no program, follow no link out of what they
// were given, and bound what they read.
//
// It refuses to judge what it was not told: a part of Facts that could not be
// had gives a finding of its own, or none, never an assumption that all is well.
//
// Texts are in Chinese and English. What comes from files of others is shown
// without characters that do something else than show themselves. JSON holds the
// English text whatever the language, see docs/commands-json.md.
//
// Read here: Go's build information in programs (package debug/buildinfo),
// `name:` and `version:` of SKILL.md and skill.yaml, and files of systemd,
// launchd and cron as far as they name our program. Where OpenClaw and the
// skills tool put skills was observed with OpenClaw 2026.9.6 and skills 1.7.4 in
// November 2026.
package doctor
