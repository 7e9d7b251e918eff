package query

import (
	"testing"
	"time"
)

func TestMoment(t *testing.T) {
	zone := time.FixedZone("", 8*60*60)
	now := time.Date(2026, 3, 14, 12, 0, 0, 0, zone)
	tests := []struct {
		text string
		want string // "" for an error
	}{
		{"2026-03-14", "2026-03-14T00:00:00+08:00"},
		{"2026-03-14T09:30", "2026-03-14T09:30:00+08:00"},
		{"2026-03-14 09:30:05", "2026-03-14T09:30:05+08:00"},
		{"2026-03-14T01:30:00Z", "2026-03-14T01:30:00Z"},
		{"24h", "2026-03-13T12:00:00+08:00"},
		{"90m", "2026-03-14T10:30:00+08:00"},
		{"7d", "2026-03-07T12:00:00+08:00"},
		{"0d", "2026-03-14T12:00:00+08:00"},
		{"-1d", ""}, {"-1h", ""}, {"yesterday", ""}, {"2026-02-30", ""}, {"d", ""}, {"9999999d", ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := Moment(test.text, now, zone)
			switch {
			case test.want == "" && err == nil:
				t.Errorf("got %v, want an error", got)
			case test.want != "" && (err != nil || got.Format(time.RFC3339) != test.want):
				t.Errorf("got %v, %v, want %s", got, err, test.want)
			}
		})
	}
	if got, err := Moment("", now, zone); err != nil || !got.IsZero() {
		t.Errorf("got %v, %v for nothing", got, err)
	}
}
