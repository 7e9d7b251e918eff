package query

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Moment reads a point in time as people write it: a date, a time, or an age
// such as 24h or 7d. The zone is that of times without one; "" is the zero time.
func Moment(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if days, found := strings.CutSuffix(text, "d"); found {
		if n, err := strconv.Atoi(days); err == nil && 0 <= n && n <= 100*366 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if age, err := time.ParseDuration(text); err == nil && age >= 0 {
		return now.Add(-age), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("write a date like 2026-03-14, a time like 2026-03-14T09:30, or an age like 24h or 7d")
}
