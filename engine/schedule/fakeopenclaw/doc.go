// Package fakeopenclaw answers like OpenClaw's command line, for tests.
//
// It promises the shapes and exit codes of `openclaw cron add|list|rm` and
// `openclaw mcp add|set|show|unset|probe` as they were observed with OpenClaw
// 2026.9.6 in November 2026, and remembers jobs and servers in the state
// directory. The variable FAKE_OPENCLAW makes it behave badly; see [Run].
//
// It refuses whatever it does not know, as the real one does.
package fakeopenclaw
