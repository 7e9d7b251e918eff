package extract

// day is a civil day, counted from 1 January 1970.
type day int32

// dayOf is the local day of a moment.
func dayOf(m Moment) day {
	local := m.Unix + int64(m.Offset)
	d := local / 86400
	if local%86400 < 0 {
		d--
	}
	return day(d)
}

// minuteOf is the local minute of the day of a moment.
func minuteOf(m Moment) int {
	s := (m.Unix + int64(m.Offset)) % 86400
	if s < 0 {
		s += 86400
	}
	return int(s / 60)
}

// weekday counts from Monday, which is 0.
func (d day) weekday() int { return int(((d+3)%7 + 7) % 7) }

// civil gives year, month and day of the month, after Hinnant's days algorithm.
func (d day) civil() (year, month, dom int) {
	z := int(d) + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	dom = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if mp >= 10 {
		month = mp - 9
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, dom
}

// dateOf is the inverse of civil. Months past December roll over.
func dateOf(year, month, dom int) day {
	for month > 12 {
		year, month = year+1, month-12
	}
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + dom - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return day(era*146097 + doe - 719468)
}

// monthEnd is the last day of the month that lies ahead months after d's.
func (d day) monthEnd(ahead int) day {
	y, m, _ := d.civil()
	return dateOf(y, m+ahead+1, 1) - 1
}

// coming is the next such weekday after d, never d itself.
func (d day) coming(weekday int) day {
	ahead := (weekday - d.weekday() + 7) % 7
	if ahead == 0 {
		ahead = 7
	}
	return d + day(ahead)
}

// ofWeek is that weekday of the calendar week that lies ahead weeks after d's.
func (d day) ofWeek(ahead, weekday int) day {
	return d - day(d.weekday()) + day(7*ahead+weekday)
}

// sunday is the Sunday that ends d's week.
func (d day) sunday() day { return d.ofWeek(0, 6) }

// friday is the Friday that ends d's working week, or its Sunday at a weekend.
func (d day) friday() day {
	if d.weekday() > 4 {
		return d.sunday()
	}
	return d.ofWeek(0, 4)
}

// nextDom is the next day that has this number in its month, d or later.
func (d day) nextDom(dom int) (day, bool) {
	y, m, _ := d.civil()
	for ahead := range 3 {
		at := dateOf(y, m+ahead, dom)
		if _, _, same := at.civil(); same == dom && at >= d {
			return at, true
		}
	}
	return 0, false
}

// nextDate is the next such date, d or later.
func (d day) nextDate(month, dom int) (day, bool) {
	y, _, _ := d.civil()
	for ahead := range 8 {
		at := dateOf(y+ahead, month, dom)
		if _, m, same := at.civil(); m == month && same == dom && at >= d {
			return at, true
		}
	}
	return 0, false
}

// format writes a due date, with the time when minute is not negative.
func (d day) format(minute int) string {
	y, m, dom := d.civil()
	b := make([]byte, 0, 16)
	b = append(b, byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10))
	b = append(b, '-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+dom/10), byte('0'+dom%10))
	if minute >= 0 {
		h, min := minute/60, minute%60
		b = append(b, 'T', byte('0'+h/10), byte('0'+h%10), ':', byte('0'+min/10), byte('0'+min%10))
	}
	return string(b)
}
