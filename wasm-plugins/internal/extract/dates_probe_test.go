package extract

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	c := newCalendarWords()
	ok, n, sp, non := 0, 0, 0, 0
	for _, f := range []string{"dev.jsonl", "train/writer-a.jsonl", "train/writer-b.jsonl"} {
		fh, err := os.Open("/work/shared/extraction-bench/" + f)
		if err != nil {
			t.Skip()
		}
		sc := bufio.NewScanner(fh)
		sc.Buffer(nil, 1<<24)
		for sc.Scan() {
			var v struct {
				ID       string
				Messages []struct {
					TS   time.Time
					Text string
				}
				Labels []struct {
					I                   int
					Type, Evidence, Due string
				}
			}
			json.Unmarshal(sc.Bytes(), &v)
			for _, l := range v.Labels {
				if l.Type != "todo-open" {
					continue
				}
				m := v.Messages[l.I]
				_, o := m.TS.Zone()
				at := Moment{m.TS.Unix(), int32(o)}
				got := c.due(lower(l.Evidence), at, 0)
				if l.Due == "" {
					non++
					if got != "" {
						sp++
						t.Logf("SPUR %s #%d %s got %s: %s", v.ID, l.I, m.TS.Format("Mon 2006-01-02"), got, l.Evidence)
					}
					continue
				}
				n++
				if len(got) >= 10 && got[:10] == l.Due[:10] {
					ok++
					if got != l.Due {
						t.Logf("TIME %s got %s want %s: %s", m.TS.Format("Mon 15:04"), got, l.Due, l.Evidence)
					}
				} else {
					t.Logf("DUE %s #%d %s got %q want %s: %s || %s", v.ID, l.I, m.TS.Format("Mon 2006-01-02"), got, l.Due, l.Evidence, strings.ReplaceAll(m.Text, "\n", " / "))
				}
			}
		}
		t.Logf("%s: %d/%d spurious %d/%d", f, ok, n, sp, non)
	}
}
