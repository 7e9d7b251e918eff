package terminal

import (
	"testing"
	"time"
)

func TestClockOf(t *testing.T) {
	tests := []struct{ name, stamp, want string }{
		{"in another zone", "2026-03-14T20:59:59.999Z", "2026-03-15 04:59"},
		{"with an offset", "2026-03-14T09:30:00+08:00", "2026-03-14 09:30"},
		{"the zero time", "0001-01-01T00:00:00Z", "-"},
		{"none", "", "-"},
		{"something else", "yesterday", "-"},
	}
	zone := time.FixedZone("", 8*60*60)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := ClockOf(test.stamp, zone); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
