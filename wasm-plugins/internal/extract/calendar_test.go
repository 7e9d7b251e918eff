package extract

import (
	"fmt"
	"testing"
	"time"
)

// TestCalendar holds the day arithmetic against package time, over every day of
// two centuries.
func TestCalendar(t *testing.T) {
	from := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range 200 * 365 {
		at := from.AddDate(0, 0, n)
		d := dayOf(Moment{Unix: at.Unix()})
		y, m, dom := d.civil()
		if y != at.Year() || m != int(at.Month()) || dom != at.Day() || dateOf(y, m, dom) != d {
			t.Fatalf("%s: got %d-%d-%d, back %d of %d", at, y, m, dom, dateOf(y, m, dom), d)
		}
		if want := (int(at.Weekday()) + 6) % 7; d.weekday() != want {
			t.Fatalf("%s: weekday %d, want %d", at, d.weekday(), want)
		}
		if got, want := d.format(-1), at.Format("2006-01-02"); got != want {
			t.Fatalf("format gives %s, want %s", got, want)
		}
		end := time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC)
		if got := d.monthEnd(0).format(-1); got != end.Format("2006-01-02") {
			t.Fatalf("month of %s ends %s, want %s", at, got, end)
		}
	}
}

// TestLocalDay: the day is the one of the speaker, on either side of midnight.
func TestLocalDay(t *testing.T) {
	at := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	for _, offset := range []int32{-12 * 3600, -5 * 3600, 0, 3600, 8 * 3600, 14 * 3600} {
		local := at.In(time.FixedZone("", int(offset)))
		m := Moment{at.Unix(), offset}
		if got, want := dayOf(m).format(minuteOf(m)), local.Format("2006-01-02T15:04"); got != want {
			t.Errorf("offset %d: %s, want %s", offset, got, want)
		}
	}
}

func dueOn(t *testing.T, day time.Time, text string) string {
	t.Helper()
	at := time.Date(day.Year(), day.Month(), day.Day(), 10, 0, 0, 0, time.UTC)
	c := newCalendarWords()
	return c.due(lower(text), Moment{Unix: at.Unix()}, noDay)
}

// TestWeekdays: on every day of six weeks, a weekday is the next one after
// today, and one of next week is of the next calendar week.
func TestWeekdays(t *testing.T) {
	long := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	short := []string{"一", "二", "三", "四", "五", "六", "日"}
	for n := range 42 {
		today := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		number := (int(today.Weekday()) + 6) % 7
		for w := range 7 {
			ahead := (w - number + 7) % 7
			if ahead == 0 {
				ahead = 7
			}
			next := today.AddDate(0, 0, ahead).Format("2006-01-02")
			week := today.AddDate(0, 0, 7-number+w).Format("2006-01-02")
			after := today.AddDate(0, 0, 14-number+w).Format("2006-01-02")
			for text, want := range map[string]string{
				"send it by " + long[w]:           next,
				"周" + short[w] + "前交":             next,
				"這禮拜" + short[w] + "交":            next,
				"call them next " + long[w]:       week,
				long[w] + " next week I'll call":  week,
				"下周" + short[w] + "去":             week,
				"下星期" + short[w] + "去":            week,
				"下下周" + short[w] + "去":            after,
				"every " + long[w] + " we meet":   "",
				"last " + long[w] + " was a mess": "",
				"上周" + short[w] + "的事":            "",
			} {
				if got := dueOn(t, today, text); got != want {
					t.Errorf("on %s: %q is %q, want %q", today.Format("Mon 2006-01-02"), text, got, want)
				}
			}
		}
	}
}

// TestMonthEnds: days of the month, month ends and dates, said on every day of
// three years.
func TestMonthEnds(t *testing.T) {
	for n := range 3 * 365 {
		today := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		end := time.Date(today.Year(), today.Month()+1, 0, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
		for _, text := range []string{"月底前交", "before the month ends", "by end of the month"} {
			if got := dueOn(t, today, text); got != end {
				t.Fatalf("on %s: %q is %q, want %q", today, text, got, end)
			}
		}
		for _, dom := range []int{1, 15, 28, 29, 30, 31} {
			want := today
			for want.Day() != dom {
				want = want.AddDate(0, 0, 1)
			}
			for _, text := range []string{fmt.Sprintf("%d号前交", dom), fmt.Sprintf("due on the %dth", dom)} {
				if got := dueOn(t, today, text); got != want.Format("2006-01-02") {
					t.Fatalf("on %s: %q is %q, want %s", today, text, got, want)
				}
			}
		}
		if today.Month() == time.February && today.Day() == 29 {
			continue
		}
		next := fmt.Sprintf("%d月%d日", today.Month(), today.Day())
		if got := dueOn(t, today, next); got != today.Format("2006-01-02") {
			t.Fatalf("%s on that day is %q", next, got)
		}
	}
}

// TestDueTable is the table of the labelling guideline, said on Wednesday,
// 10 June 2026 at ten.
func TestDueTable(t *testing.T) {
	cases := []struct{ text, want string }{
		{"I'll do it today", "2026-06-10"}, {"tonight I pack", "2026-06-10"}, {"this afternoon", "2026-06-10"},
		{"待会儿发你", "2026-06-10"}, {"一会儿弄", "2026-06-10"}, {"晚点再说", "2026-06-10"}, {"睡前吃药", "2026-06-10"},
		{"tomorrow then", "2026-06-11"}, {"明天交", "2026-06-11"}, {"明早出发", "2026-06-11"}, {"后天去", "2026-06-12"}, {"大后天", "2026-06-13"},
		{"by Friday", "2026-06-12"}, {"周五", "2026-06-12"}, {"Wednesday", "2026-06-17"},
		{"this weekend", "2026-06-14"}, {"周末弄", "2026-06-14"}, {"下周末", "2026-06-21"},
		{"next Monday", "2026-06-15"}, {"Monday next week", "2026-06-15"}, {"下周一", "2026-06-15"},
		{"end of next week", "2026-06-19"}, {"这周内交", "2026-06-12"},
		{"the 25th", "2026-06-25"}, {"25 号", "2026-06-25"}, {"by the 9th", "2026-07-09"}, {"十五号", "2026-06-15"}, {"25號前", "2026-06-25"},
		{"6 月 26 号", "2026-06-26"}, {"26 June", "2026-06-26"}, {"June 1st", "2027-06-01"}, {"the 3rd of July", "2026-07-03"}, {"六月二十六日", "2026-06-26"},
		{"end of the month", "2026-06-30"}, {"月底", "2026-06-30"}, {"end of July", "2026-07-31"}, {"下个月底", "2026-07-31"},
		{"in a week", "2026-06-17"}, {"一周后", "2026-06-17"}, {"in a fortnight", "2026-06-24"}, {"in 3 days", "2026-06-13"}, {"两天后", "2026-06-12"}, {"三天内", "2026-06-13"},
		{"the day before 20 June", "2026-06-19"}, {"6月20日前一天", "2026-06-19"},
		{"moved from the 12th, now by the 16th", "2026-06-16"}, {"周四看样，周五前定", "2026-06-12"},
		{"at 3pm", "2026-06-10T15:00"}, {"明天下午三点", "2026-06-11T15:00"}, {"noon on Friday", "2026-06-12T12:00"},
		{"周五九点半", "2026-06-12T09:30"}, {"tomorrow 15:30", "2026-06-11T15:30"}, {"今晚八点", "2026-06-10T20:00"}, {"call at 8 tonight", "2026-06-10T20:00"},
		{"明天凌晨三点", "2026-06-11T03:00"}, {"Friday afternoon", "2026-06-12"}, {"2026-07-01 前", "2026-07-01"}, {"2026-07-01", "2026-07-01"},
		{"回头弄", ""}, {"soon", ""}, {"ASAP", ""}, {"when I have time", ""}, {"buy milk", ""}, {"号线换乘", ""}, {"3号线", ""}, {"v1.2.3", ""},
	}
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			if got := dueOn(t, time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC), c.text); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestBackFromNamed: "before then" counts from the date that was named last.
func TestBackFromNamed(t *testing.T) {
	c := newCalendarWords()
	at := Moment{Unix: time.Date(2026, 6, 10, 10, 0, 0, 0, time.UTC).Unix()}
	named := dateOf(2026, 6, 20)
	for text, want := range map[string]string{
		"must be out before then": "2026-06-20", "两张票提前三天取": "2026-06-17", "pack the day before": "2026-06-19",
		"invitations go out a week before": "2026-06-13", "到时候叫我": "2026-06-20",
	} {
		if got := c.due(text, at, func() day { return named }); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzDue(f *testing.F) {
	f.Add("by the 31st, 二月三十号 25:99 12/34", int64(1780000000))
	c := newCalendarWords()
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		m := Moment{Unix: unix % (1 << 34)}
		for _, at := range c.mentions(lower(text), m) {
			if at.start >= at.end || at.end > len(text) {
				t.Fatalf("mention %+v in %d bytes", at, len(text))
			}
		}
		if due := c.due(lower(text), m, func() day { return dayOf(m) + 3 }); due != "" && len(due) != 10 && len(due) != 16 {
			t.Fatalf("due %q", due)
		}
	})
}

// noDay is what is named where nothing is.
func noDay() day { return 0 }
