//go:build unix

package openclaw

import (
	"syscall"
	"testing"
)

func TestFIFO(t *testing.T) {
	st := newState(t)
	st.write(live, header("s1"), user("1", "a"))
	for _, name := range []string{"agents/main/sessions/x.jsonl", "agents/main/sessions/y.sqlite"} {
		if err := syscall.Mkfifo(st.path(name), 0o600); err != nil {
			t.Skip("no FIFOs here:", err)
		}
	}
	rec := st.read(newRecorder())
	compare(t, "skips", rec.skipped(), []string{"not-regular main/sessions/x.jsonl x1", "not-regular main/sessions/y.sqlite x1"})
	compare(t, "texts", rec.texts("main/sessions/s1.jsonl"), []string{"a"})
}
