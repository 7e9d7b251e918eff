package extract

import (
	"strings"
	"unicode/utf8"
)

// mention is a date or clock time that a text names.
type mention struct {
	start, end int
	day        day
	minute     int  // -1 without a clock time
	dated      bool // false for a clock time alone
	deadline   bool // "by", "before", 前
	soft       bool // a part of the day alone: means today only if nothing else is named
}

// dayRule is one row of the table of the labelling guideline, section 6.
type dayRule struct {
	words string
	on    func(today day) day
	soft  bool
}

// dayRules: longer words stand before the shorter ones they begin with.
func dayRules() []dayRule {
	plus := func(n day) func(day) day { return func(d day) day { return d + n } }
	week := func(ahead, weekday int) func(day) day {
		return func(d day) day { return d.ofWeek(ahead, weekday) }
	}
	month := func(ahead int) func(day) day { return func(d day) day { return d.monthEnd(ahead) } }
	first := func(ahead int) func(day) day {
		return func(d day) day { y, m, _ := d.civil(); return dateOf(y, m+ahead, 1) }
	}
	yearEnd := func(d day) day { y, _, _ := d.civil(); return dateOf(y, 12, 31) }
	return []dayRule{
		{"大后天", plus(3), false},
		{"后天|後天|day after tomorrow", plus(2), false},
		{"明天|明早|明晚|明日|明儿|明上午|明下午|tomorrow|tmrw|tmr|overnight", plus(1), false},
		{"今天|今晚|今日|今早|今儿|今下午|today|tonight|this afternoon|this evening|this morning|this arvo", plus(0), false},
		{"待会儿|待会|待會|一会儿|一会|一會|等会儿|等会|等會|等下|等等|晚点|晚點|睡前|下班前|这就|下午|晚上|中午|上午|傍晚|饭后|马上|现在|before bed|end of day|end of the day|end of play|eod|before lunch|after lunch|by lunch|at lunch|lunchtime|now|right away", plus(0), true},
		{"下下周末", func(d day) day { return d.ofWeek(2, 6) }, false},
		{"下周末|下个周末|next weekend|weekend after next", week(1, 6), false},
		{"下周内|下周之内|next week sometime", week(1, 6), false},
		{"周末|这周末|本周末|this weekend|the weekend|weekend", day.sunday, false},
		{"end of next week|back end of next week", week(1, 4), false},
		{"end of the week|end of this week|end of week|eow", day.friday, false},
		{"这周内|本周内|这周|本周|这个星期|this week", day.friday, false},
		{"下个月底|下月底|end of next month", month(1), false},
		{"这个月底|本月底|月底|月末|本月内|这个月内|end of the month|end of this month|end of month|month end|month's end|month ends|month is out|eom", month(0), false},
		{"下个月初|下月初|月初|start of next month|beginning of next month", first(1), false},
		{"年底|年末|end of the year|end of year|year end|year's end", yearEnd, false},
		{"a fortnight|半个月后|两周后|两个星期后", plus(14), false},
		{"一周后|一个星期后|一周内|一周之内|in a week|within a week|a week from now|a week from today", plus(7), false},
	}
}

type calendarWords struct {
	byStart map[uint32][]dayWord
}

type dayWord struct {
	text string
	rule dayRule
}

func newCalendarWords() calendarWords {
	c := calendarWords{map[uint32][]dayWord{}}
	for _, rule := range dayRules() {
		for _, w := range strings.Split(rule.words, "|") {
			key := startKey(w)
			c.byStart[key] = append(c.byStart[key], dayWord{w, rule})
		}
	}
	return c
}

// mentions reads the dates of low, a text in lower case that was said at m.
func (c *calendarWords) mentions(low string, m Moment) []mention {
	var out []mention
	today := dayOf(m)
	for i := 0; i < len(low); {
		if found, ok := c.mentionAt(low, i, today); ok {
			found.deadline = deadlineAround(low, found.start, found.end)
			out = append(out, found)
			i = max(found.end, i+1)
			continue
		}
		i = nextStart(low, i)
	}
	return out
}

func (c *calendarWords) mentionAt(low string, i int, today day) (mention, bool) {
	for _, read := range []func(string, int, day) (mention, bool){readISO, readMonthDay, readWeekday, readAhead, readDom, readClock} {
		if m, ok := read(low, i, today); ok {
			return m, true
		}
	}
	longest := dayWord{}
	for _, w := range c.byStart[startKey(low[i:])] {
		if len(w.text) > len(longest.text) && strings.HasPrefix(low[i:], w.text) && (w.text[0] >= 0x80 || endsWord(low, i+len(w.text))) {
			longest = w
		}
	}
	if longest.text == "" {
		return mention{}, false
	}
	return mention{start: i, end: i + len(longest.text), day: longest.rule.on(today), minute: -1, dated: true, soft: longest.rule.soft}, true
}

// due picks the due date that a text names: the deadline if one is marked, else
// the last date; a clock time joins it. "Before then" counts from the date that
// was named last.
func (c *calendarWords) due(low string, m Moment, named func() day) string {
	found := c.mentions(low, m)
	var at *mention
	minute := -1
	for i := range found {
		f := &found[i]
		if f.minute >= 0 {
			minute = f.minute
		}
		if !f.dated {
			continue
		}
		switch {
		case at == nil, at.soft, f.deadline && !at.deadline:
			if at == nil || !f.soft {
				at = f
			}
		case f.soft, at.deadline && !f.deadline:
		case f.day > at.day:
			at = f
		}
	}
	if back, ok := backFrom(low); ok {
		if at == nil || at.soft {
			at = nil
			if last := named(); last >= dayOf(m) {
				return max(last-back, dayOf(m)).format(minute)
			}
		} else {
			return (at.day - back).format(minute)
		}
	}
	switch {
	case at == nil && minute < 0:
		return ""
	case at == nil:
		d := dayOf(m)
		if minute < minuteOf(m) && minute < 12*60 && minute+12*60 > minuteOf(m) {
			return d.format(minute + 12*60)
		}
		return d.format(minute)
	}
	return at.day.format(minute)
}

// backFrom reads words that count back from another date: 前一天, the day
// before, two days before, a week ahead, before then.
func backFrom(low string) (days day, ok bool) {
	for _, w := range []string{"the day before", "the night before", "one day before", "a day before", "前一天", "头一天", "前一晚", "提前一天", "前一日"} {
		if strings.Contains(low, w) {
			return 1, true
		}
	}
	for i := 0; i < len(low); i = nextStart(low, i) {
		n, end := wordNumber(low, i)
		if n == 0 || !startsWord(low, i) {
			continue
		}
		at := blanks(low, end)
		for unit, size := range []int{1, 1, 7, 7} {
			name := []string{"days", "day", "weeks", "week"}[unit]
			next := skip(low, at, name)
			if last := skip(low, next, " before", " ahead", " in advance", " beforehand"); next > at && last > next {
				return day(n * size), true
			}
		}
	}
	if at := strings.Index(low, "提前"); at >= 0 {
		if n, end := number(low, at+len("提前")); n > 0 && n < 100 {
			if next := skip(low, blanks(low, end), "天"); next > end {
				return day(n), true
			}
			if next := skip(low, blanks(low, end), "周", "个星期"); next > end {
				return day(7 * n), true
			}
		}
	}
	for _, w := range []string{"before then", "before that", "by then", "that day", "same day", "on the day", "when the day comes", "到时候", "到时", "那天", "当天", "在那之前"} {
		if strings.Contains(low, w) {
			return 0, true
		}
	}
	return 0, false
}

// deadlineAround tells whether the date stands as a limit.
func deadlineAround(low string, start, end int) bool {
	before := strings.TrimRight(low[:start], " ")
	for _, w := range []string{"by", "before", "until", "till", "due", "by the", "before the", "最晚", "最迟", "截止"} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	after := low[end:]
	for _, w := range []string{"前", "之前", "以前", "截止", "内", "之內", "內"} {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	return strings.HasSuffix(low[start:end], "前")
}

// number reads digits or Chinese numerals up to 99 and gives where they end.
func number(low string, i int) (n, end int) {
	if i < len(low) && low[i] >= '0' && low[i] <= '9' {
		for end = i; end < len(low) && low[end] >= '0' && low[end] <= '9' && end-i < 4; end++ {
			n = n*10 + int(low[end]-'0')
		}
		return n, end
	}
	tens, ones, seen := 0, 0, false
	for end = i; end < len(low); {
		r, size := utf8.DecodeRuneInString(low[end:])
		digit := strings.IndexRune("一二三四五六七八九", r) / 3
		switch {
		case r == '十':
			tens = max(ones, 1)
			ones = 0
		case r == '两':
			ones = 2
		case strings.ContainsRune("一二三四五六七八九", r):
			ones = digit + 1
		default:
			if !seen {
				return 0, i
			}
			return tens*10 + ones, end
		}
		seen = true
		end += size
	}
	if !seen {
		return 0, i
	}
	return tens*10 + ones, end
}

// wordNumber reads the English numbers people say, besides digits.
func wordNumber(low string, i int) (n, end int) {
	if n, end := number(low, i); end > i {
		return n, end
	}
	for n, w := range []string{"a couple of", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"} {
		if strings.HasPrefix(low[i:], w+" ") {
			if n == 0 {
				n = 2
			}
			return n, i + len(w)
		}
	}
	for _, w := range []string{"a ", "an "} {
		if strings.HasPrefix(low[i:], w) {
			return 1, i + len(w) - 1
		}
	}
	return 0, i
}

func skip(low string, i int, words ...string) int {
	for _, w := range words {
		if strings.HasPrefix(low[i:], w) {
			return i + len(w)
		}
	}
	return i
}

func blanks(low string, i int) int {
	for i < len(low) && low[i] == ' ' {
		i++
	}
	return i
}

// startsWord tells whether a Latin word or number begins at i.
func startsWord(low string, i int) bool { return i == 0 || !isWordByte(low[i-1]) }

// endsWord tells whether no Latin letter or digit follows.
func endsWord(low string, end int) bool { return end >= len(low) || !isWordByte(low[end]) }

func startKey(text string) uint32 {
	if text[0] >= 0x80 {
		r, _ := utf8.DecodeRuneInString(text)
		return uint32(r)
	}
	return uint32(text[0])
}

// nextStart is where the next word or wide character after i begins.
func nextStart(text string, i int) int {
	if !isWordByte(text[i]) {
		if text[i] < 0x80 {
			return i + 1
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		return i + size
	}
	for i < len(text) && (isWordByte(text[i]) || text[i] == '\'') {
		i++
	}
	return i
}

// lower puts Latin letters in lower case and keeps every offset.
func lower(text string) string {
	for i := 0; i < len(text); i++ {
		if text[i] >= 'A' && text[i] <= 'Z' {
			b := []byte(text)
			for ; i < len(b); i++ {
				if b[i] >= 'A' && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return text
}
