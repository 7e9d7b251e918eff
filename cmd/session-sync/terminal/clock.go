package terminal

import "time"

// Clock shows a time to people, in the zone of the terminal.
func Clock(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

// ClockOf is [Clock] of a time as results have it, in RFC 3339.
func ClockOf(stamp string, zone *time.Location) string {
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return "-"
	}
	return Clock(t, zone)
}
