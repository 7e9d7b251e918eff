package terminal

import (
	"bytes"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	start := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	steps := []struct {
		text  string
		after time.Duration
		shows bool
	}{
		{"at once", 0, false},
		{"too early", 999 * time.Millisecond, false},
		{"after a second", time.Second, true},
		{"too soon after it", 1199 * time.Millisecond, false},
		{"some time after it", 1200 * time.Millisecond, true},
	}
	var out bytes.Buffer
	now := start
	p := Begin(&out, func() time.Time { return now })
	p.End()
	if out.Len() > 0 {
		t.Errorf("takes away %q, but nothing was shown", out.String())
	}
	for _, step := range steps {
		t.Run(step.text, func(t *testing.T) {
			out.Reset()
			now = start.Add(step.after)
			want := ""
			if step.shows {
				want = "\r\x1b[K" + step.text
			}
			if p.Show(step.text); out.String() != want {
				t.Errorf("shows %q, want %q", out.String(), want)
			}
		})
	}
	out.Reset()
	if p.End(); out.String() != "\r\x1b[K" {
		t.Errorf("ends with %q", out.String())
	}
}
