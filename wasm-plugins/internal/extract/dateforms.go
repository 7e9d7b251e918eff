package extract

import "strings"

// readISO reads 2026-06-25, 2026/6/25 and 6/25.
func readISO(low string, i int, today day) (mention, bool) {
	if low[i] < '0' || low[i] > '9' || !startsWord(low, i) {
		return mention{}, false
	}
	a, end := number(low, i)
	if end >= len(low) || low[end] != '-' && low[end] != '/' {
		return mention{}, false
	}
	mark := low[end]
	b, next := number(low, end+1)
	if next == end+1 {
		return mention{}, false
	}
	if next < len(low) && low[next] == mark {
		c, last := number(low, next+1)
		if a >= 1970 && a < 2200 && validDate(a, b, c) {
			return mention{start: i, end: last, day: dateOf(a, b, c), minute: -1, dated: true}, true
		}
		return mention{}, false
	}
	if mark != '/' || !endsWord(low, next) {
		return mention{}, false
	}
	return dateMention(i, next, today, a, b)
}

func validDate(y, m, d int) bool {
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return false
	}
	_, month, dom := dateOf(y, m, d).civil()
	return month == m && dom == d
}

func dateMention(start, end int, today day, month, dom int) (mention, bool) {
	if month < 1 || month > 12 || dom < 1 || dom > 31 {
		return mention{}, false
	}
	d, ok := today.nextDate(month, dom)
	return mention{start: start, end: end, day: d, minute: -1, dated: true}, ok
}

// monthNames are recognised by three letters and by their whole name.
var monthNames = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

func monthAt(low string, i int) (month, end int) {
	if i >= len(low) || !startsWord(low, i) {
		return 0, i
	}
	for m, name := range monthNames {
		for _, form := range []string{name, name[:3], "sept"} {
			if form == "sept" && m != 8 {
				continue
			}
			if strings.HasPrefix(low[i:], form) && endsWord(low, i+len(form)) {
				return m + 1, i + len(form)
			}
		}
	}
	return 0, i
}

// readMonthDay reads 6 月 26 号, 26 June, June 26th, the 26th of June and the end of June.
func readMonthDay(low string, i int, today day) (mention, bool) {
	if m, end := monthAt(low, i); m > 0 {
		dom, next := number(low, skip(low, blanks(low, end), "the "))
		if next > end && dom >= 1 && dom <= 31 {
			return dateMention(i, ordinalEnd(low, next), today, m, dom)
		}
		return mention{}, false
	}
	if rest, ok := strings.CutPrefix(low[i:], "end of "); ok && startsWord(low, i) {
		if m, end := monthAt(low, len(low)-len(rest)); m > 0 {
			y, now, _ := today.civil()
			if m < now {
				y++
			}
			return mention{start: i, end: end, day: dateOf(y, m+1, 1) - 1, minute: -1, dated: true}, true
		}
	}
	n, end := number(low, skip(low, i, "the "))
	if n == 0 || !startsWord(low, i) {
		return mention{}, false
	}
	at := blanks(low, end)
	if next := skip(low, at, "月份", "月"); next > at {
		if last := skip(low, next, "底", "末"); last > next && n <= 12 {
			y, now, _ := today.civil()
			if n < now {
				y++
			}
			return mention{start: i, end: last, day: dateOf(y, n+1, 1) - 1, minute: -1, dated: true}, true
		}
		dom, last := number(low, blanks(low, next))
		if dom == 0 {
			return mention{}, false
		}
		return dateMention(i, skip(low, blanks(low, last), "号", "號", "日"), today, n, dom)
	}
	if low[i] >= 0x80 {
		return mention{}, false
	}
	at = skip(low, blanks(low, ordinalEnd(low, end)), "of ")
	if m, last := monthAt(low, at); m > 0 {
		return dateMention(i, last, today, m, n)
	}
	return mention{}, false
}

func ordinalEnd(low string, i int) int { return skip(low, i, "st", "nd", "rd", "th") }

// weekdayNames in the order of the week; short forms follow the long ones.
var weekdayNames = [...][]string{
	{"monday", "mon"}, {"tuesday", "tues", "tue"}, {"wednesday", "weds", "wed"}, {"thursday", "thurs", "thur", "thu"},
	{"friday", "fri"}, {"saturday", "sat"}, {"sunday", "sun"},
}

func weekdayAt(low string, i int) (weekday, end int) {
	if i >= len(low) || !startsWord(low, i) {
		return -1, i
	}
	for w, names := range weekdayNames {
		for _, name := range names {
			if strings.HasPrefix(low[i:], name) && endsWord(low, i+len(name)) {
				return w, i + len(name)
			}
		}
	}
	return -1, i
}

// readWeekday reads 周五, 下周五, 下下周五, Friday, next Friday and Friday next week.
func readWeekday(low string, i int, today day) (mention, bool) {
	if m, ok := readWideWeekday(low, i, today); ok {
		return m, true
	}
	at, ahead := i, 0
	if next := skip(low, i, "next "); next > i && startsWord(low, i) {
		at, ahead = next, 1
	} else if next := skip(low, i, "this "); next > i && startsWord(low, i) {
		at = next
	}
	w, end := weekdayAt(low, at)
	if w < 0 || past(low, i) {
		return mention{}, false
	}
	if next := skip(low, end, " next week", " of next week"); next > end {
		end, ahead = next, 1
	}
	d := today.coming(w)
	if next := skip(low, end, " week"); next > end && ahead == 0 && endsWord(low, next) {
		end, d = next, d+7
	}
	if ahead > 0 {
		d = today.ofWeek(ahead, w)
	}
	return mention{start: i, end: end, day: d, minute: -1, dated: true}, true
}

// past tells whether the word before i puts the day behind or makes it recur.
func past(low string, i int) bool {
	before := strings.TrimRight(low[:i], " ")
	for _, w := range []string{"last", "every", "each", "since", "上", "每", "每个"} {
		if strings.HasSuffix(before, w) && startsWord(before, len(before)-len(w)) {
			return true
		}
	}
	return false
}

func readWideWeekday(low string, i int, today day) (mention, bool) {
	if low[i] < 0x80 {
		return mention{}, false
	}
	at, ahead := i, 0
	for next := skip(low, at, "下个", "下個", "下"); next > at && ahead < 2; next = skip(low, at, "下个", "下個", "下") {
		at, ahead = next, ahead+1
	}
	if ahead == 0 {
		at = skip(low, at, "这个", "這個", "本", "这", "這")
	}
	end := skip(low, at, "周", "週", "星期", "礼拜", "禮拜")
	if end == at || past(low, i) {
		return mention{}, false
	}
	weekday := -1
	for w, name := range []string{"一", "二", "三", "四", "五", "六", "日"} {
		if next := skip(low, end, name); next > end {
			weekday, end = w, next
			break
		}
	}
	if next := skip(low, end, "天"); weekday < 0 && next > end {
		weekday, end = 6, next
	}
	if weekday < 0 || strings.HasPrefix(low[end:], "后") || strings.HasPrefix(low[end:], "个") {
		return mention{}, false
	}
	d := today.coming(weekday)
	if ahead > 0 {
		d = today.ofWeek(ahead, weekday)
	}
	return mention{start: i, end: end, day: d, minute: -1, dated: true}, true
}

// readAhead reads 三天后, 两周内, in 3 days, within two weeks, in a month.
func readAhead(low string, i int, today day) (mention, bool) {
	if at := skip(low, i, "in ", "within "); at > i && startsWord(low, i) {
		n, end := wordNumber(low, at)
		at = blanks(low, end)
		for unit, size := range []int{1, 7, 0} {
			name := []string{"day", "week", "month"}[unit]
			if next := skip(low, at, name+"s", name); n > 0 && next > at && endsWord(low, next) {
				return aheadMention(i, next, today, n, size), true
			}
		}
		return mention{}, false
	}
	n, end := number(low, i)
	if n == 0 || n > 99 || !startsWord(low, i) {
		return mention{}, false
	}
	at := blanks(low, end)
	for unit, size := range []int{1, 7, 7, 0} {
		name := []string{"天", "周", "个星期", "个月"}[unit]
		if next := skip(low, at, name); next > at {
			if last := skip(low, next, "之后", "以后", "后", "之内", "以内", "内"); last > next {
				return aheadMention(i, last, today, n, size), true
			}
		}
	}
	return mention{}, false
}

// aheadMention counts days of the given size, or months where size is 0.
func aheadMention(start, end int, today day, n, size int) mention {
	d := today + day(n*size)
	if size == 0 {
		y, m, dom := today.civil()
		d = min(dateOf(y, m+n, dom), today.monthEnd(n))
	}
	return mention{start: start, end: end, day: d, minute: -1, dated: true}
}

// readDom reads 25 号, 下月 3 号 and the 25th.
func readDom(low string, i int, today day) (mention, bool) {
	at := skip(low, i, "下个月", "下月", "本月", "这个月")
	ahead := strings.HasPrefix(low[i:], "下")
	n, end := number(low, skip(low, at, "the "))
	if n < 1 || n > 31 || !startsWord(low, i) {
		return mention{}, false
	}
	next := skip(low, blanks(low, end), "号", "號", "日")
	if next == blanks(low, end) {
		next = ordinalEnd(low, end)
		if next == end || !endsWord(low, next) || !strings.HasPrefix(low[i:], "the ") && !onDay(low, i) {
			return mention{}, false
		}
	} else if skip(low, next, "线", "楼", "院", "门", "机", "店", "馆", "桌", "房") > next {
		return mention{}, false
	}
	from := today
	if ahead {
		from = today.monthEnd(0) + 1
	}
	d, ok := from.nextDom(n)
	return mention{start: i, end: next, day: d, minute: -1, dated: true}, ok
}

func onDay(low string, i int) bool {
	before := strings.TrimRight(low[:i], " ")
	for _, w := range []string{"on", "by", "until", "before", "from", "till", "date", "target", "due", "deadline"} {
		if strings.HasSuffix(before, w) && startsWord(before, len(before)-len(w)) {
			return true
		}
	}
	return false
}

// readClock reads 下午三点, 九点半, 15:30, 3pm, 3:30 pm, at 9 and noon.
func readClock(low string, i int, _ day) (mention, bool) {
	if next := skip(low, i, "noon", "midday"); next > i && startsWord(low, i) && endsWord(low, next) {
		return mention{start: i, end: next, minute: 12 * 60}, true
	}
	at := blanks(low, skip(low, i, "at ", "凌晨", "早上", "上午", "中午", "下午", "傍晚", "晚上"))
	hour, end := number(low, at)
	if end == at || hour > 24 || !startsWord(low, at) {
		return mention{}, false
	}
	minute, next := clockRest(low, end)
	half := blanks(low, next)
	stop := skip(low, half, "pm", "p.m", "am", "a.m")
	if stop == half || !endsWord(low, stop) {
		stop = next
	}
	bare := stop == end
	if bare && (!strings.HasPrefix(low[i:], "at ") || !endsWord(low, end) || strings.HasPrefix(low[end:], "%")) {
		return mention{}, false
	}
	switch {
	case stop > next && low[half] == 'a':
		hour %= 12
	case stop > next, late(low, at):
		if hour < 12 {
			hour += 12
		}
	case hour >= 1 && hour <= 6 && !strings.HasPrefix(low[i:], "凌晨") && !strings.HasPrefix(low[i:], "早上") && !strings.HasPrefix(low[at:], "0"):
		// Nobody means three in the morning without saying so.
		hour += 12
	}
	if hour > 23 || minute > 59 {
		return mention{}, false
	}
	return mention{start: i, end: stop, minute: hour*60 + minute}, true
}

// late tells whether the text around a clock time speaks of the second half of
// the day.
func late(low string, at int) bool {
	before := strings.TrimRight(low[:at], " ")
	for _, w := range []string{"下午", "晚上", "晚", "傍晚"} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	for _, w := range []string{"tonight", "evening", "afternoon"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

// clockRest reads the minutes that follow the hour: :30, 点半, 点一刻, 点十分.
func clockRest(low string, end int) (minute, next int) {
	if end+2 < len(low) && low[end] == ':' {
		if m, last := number(low, end+1); last == end+3 {
			return m, last
		}
	}
	at := skip(low, blanks(low, end), "点钟", "點鐘", "点", "點", "时")
	if at == blanks(low, end) {
		return 0, end
	}
	for _, part := range []struct {
		word   string
		minute int
	}{{"半", 30}, {"一刻", 15}, {"三刻", 45}} {
		if last := skip(low, at, part.word); last > at {
			return part.minute, last
		}
	}
	if m, last := number(low, at); last > at && m < 60 {
		return m, skip(low, last, "分")
	}
	return 0, at
}
