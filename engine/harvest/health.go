package harvest

import "time"

// Quarantine is how many failures of one version of a plugin are enough: it is
// not run any more until there is another version or somebody enables it again.
const Quarantine = 3

// Health is how one version of a plugin does.
type Health struct {
	Failures    int       // since it last read everything there was
	Retry       time.Time // not before; zero when it may run
	Problem     string    // of the last failure
	Quarantined bool
}

// Failed is the health after one more failure.
func (h Health) Failed(now time.Time, problem string) Health {
	h.Failures++
	h.Problem = problem
	h.Retry = now.Add(Wait(h.Failures))
	h.Quarantined = h.Failures >= Quarantine
	return h
}

// longest is the longest wait.
const longest = 24 * time.Hour

// Wait is how long to leave alone what failed so often in a row: an hour, then
// four times as long each time, at most a day. A sync runs every half an hour.
func Wait(failures int) time.Duration {
	wait := time.Hour
	for range failures - 1 {
		if wait *= 4; wait >= longest {
			return longest
		}
	}
	return wait
}

// Rests reports whether what is not to be tried before retry is left alone. Where
// that is further off than any wait, the clock was wrong when it was noted.
func Rests(retry, now time.Time) bool {
	return retry.After(now) && retry.Sub(now) <= longest
}
