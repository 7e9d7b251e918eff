package redact

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Numbers that belong to people. A number is read once from its first digit:
// groups of digits, ASCII or full-width, with short separators between. The
// rules then look at the groups and at the words on both sides.

func numberDetectors() []detector {
	keys := make([]string, 0, 20)
	for d := range 10 {
		keys = append(keys, string(rune('0'+d)), string(rune('０'+d)))
	}
	var names []string
	for _, r := range numberRules {
		names = append(names, r.name)
	}
	d := detector{name: "number", shape: strings.Join(names, " "), keys: keys, find: findNumber}
	for _, r := range numberRules {
		d.rows = append(d.rows, r.row)
	}
	return []detector{d}
}

// numberRule says where in n a number of its kind stands; end is 0 when there
// is none.
type numberRule struct {
	row
	find func(n *number) (start, end int)
}

var numberRules = []numberRule{
	{row{
		"id-card", IDCard,
		[]string{"身份证«{id18}»已提交", `{"idcard":"«{id18}»"}`},
		[]string{"uuid {hex:8}110101", "1.{id18}", "v{id18}"},
	}, findIDCard},
	{row{
		"bank-card", BankCard,
		[]string{"转到 «{card19}»，工行", "卡号：«{card16}»", "银行卡«{card19}»请查收"},
		[]string{"订单号 1234567890123456", "{card16} bytes", "x{card16}"},
	}, findBankCard},
	{row{
		"ip-address", IP,
		[]string{"登录来自 «8.{dig:1}.4{dig:1}.1{dig:1}»", "from «8.{dig:1}.4{dig:1}.1{dig:1}»:443"},
		[]string{"listen on 127.0.0.1:8080", "10.0.0.5 and 192.168.1.20", "version 1.2.3.4.5", "v120.0.6099.109", "203.0.113.7 is for documentation"},
	}, findIP},
	{row{
		"phone-plus", Phone,
		[]string{"call «+44 20 7946 0{dig:3}» or", "«+1 (415) 555-01{dig:2}»", "Tel：«0086-10-6{dig:7}»", "«(+86) 138-{dig:4}-{dig:4}»"},
		[]string{"UTC+08001234", "1+2345678901234567890", "a+1415555010", "+12345"},
	}, findPlusPhone},
	{row{
		"phone-cn-mobile", Phone,
		[]string{"打«{mobile}»找我", "«{mobile}»/«{mobile}»", "«138 {dig:4} {dig:4}»", "«86{mobile}»", "手机«１３８００１３８０００»收"},
		[]string{"文件大小 13800138000 bytes，播放量 13912345678，耗时 13812345678 ns", `{"chat_id":13800138000}`, "https://item.example.com/13812345678.html", "loss=0.13812345678"},
	}, findMobile},
	{row{
		"phone-cn-landline", Phone,
		[]string{"座机 «010-6{dig:7}»", "«（0755）8{dig:7}»", "«021-6{dig:7}转{dig:3}»"},
		[]string{"ISBN 978-7-302-51234-5", "2026-03145678", "编号 010-612"},
	}, findLandline},
	{row{
		"phone-national", Phone,
		[]string{"Phone: «(415) 555-01{dig:2}»", "whatsapp me at «07700 900{dig:3}»", "電話 «02-2345-67{dig:2}»"},
		[]string{"call me on 2026-03-14 15:31", "chat_id: -1001234567890, id 7001234567", "the hotel is 12345678 steps away", "phone 192.168.100.200"},
	}, findNational},
}

const (
	mostGroups     = 7
	mostDigits     = 24
	shortestNumber = 8
)

// number is up to mostDigits digits in groups.
type number struct {
	text   string
	start  int
	digits [mostDigits]byte
	groups []group
	buffer [mostGroups]group
}

// group is one run of digits: where it lies in digits and in the text.
type group struct {
	from, to   int
	start, end int
	overlong   bool // the run has more digits than a number may have
}

func (g group) size() int { return g.to - g.from }

func (n *number) sizes(want ...int) bool {
	if len(n.groups) < len(want) {
		return false
	}
	for i, size := range want {
		if n.groups[i].size() != size || n.groups[i].overlong {
			return false
		}
	}
	return true
}

// first is the digits of the first k groups.
func (n *number) first(k int) string { return string(n.digits[:n.groups[k-1].to]) }

// separator is the text between group k-1 and group k.
func (n *number) separator(k int) string {
	return n.text[n.groups[k-1].end:n.groups[k].start]
}

// evenly reports whether the first k groups are parted by one and the same of
// the marks.
func (n *number) evenly(k int, marks string) bool {
	for i := 1; i < k; i++ {
		if s := n.separator(i); utf8.RuneCountInString(s) != 1 || !strings.Contains(marks, s) || s != n.separator(1) {
			return false
		}
	}
	return true
}

// gaps may stand between the groups of a number that people wrote: blanks and
// dashes of all widths, dots.
const gaps = " -.·•\u00a0\u2002\u2003\u2005\u2006\u2009\u200a\u202f\u3000\u2010\u2011\u2012\u2013\u2014\u2015－"

// wideDigit is the length of a full-width digit in UTF-8.
const wideDigit = len("０")

// digitAt reads the digit at i, width 0 when there is none.
func digitAt(text string, i int) (d byte, width int) {
	if i >= len(text) {
		return 0, 0
	}
	c := text[i]
	if '0' <= c && c <= '9' {
		return c, 1
	}
	if c == 0xEF && i+2 < len(text) && text[i+1] == 0xBC && 0x90 <= text[i+2] && text[i+2] <= 0x99 {
		return text[i+2] - 0x90 + '0', wideDigit
	}
	return 0, 0
}

func digitBefore(text string, i int) bool {
	if i >= 1 && digit.has(text[i-1]) {
		return true
	}
	if i < wideDigit {
		return false
	}
	_, width := digitAt(text, i-wideDigit)
	return width == wideDigit
}

func findNumber(s *scan, at int) {
	if digitBefore(s.text, at) || !startsNumber(s.text, at) {
		return
	}
	n := &s.number
	n.text, n.start = s.text, at
	n.read()
	if n.groups[len(n.groups)-1].to < shortestNumber && s.rules.isOff(IP, "") {
		return
	}
	for _, r := range numberRules {
		if start, end := r.find(n); end > 0 {
			s.add(start, end, r.kind, r.name)
		}
	}
}

// startsNumber reports whether what stands before a digit lets a number begin:
// not a letter, a decimal point, a currency sign or the middle of a path.
func startsNumber(text string, i int) bool {
	if i == 0 {
		return true
	}
	c := text[i-1]
	if c >= 0x80 {
		r := lastRune(text, i)
		return r != '¥' && r != '￥' && r != '€' && r != '£'
	}
	if wordBefore(text, i) {
		word := folded(text[letters.runBack(text, i, 10):i])
		return slices.Contains([]string{"tel", "phone", "mobile", "mob", "ph", "cell", "fax", "whatsapp"}, word)
	}
	switch c {
	case '~', '*':
		return opensEmphasis(text, i)
	case '#', '$', '@', '^':
		return false
	case '.', '-', '/':
		before := lastRune(text, i-1)
		if c == '.' && (hasSuffixFold(text[:i-1], "tel") || hasSuffixFold(text[:i-1], "fax") || hasSuffixFold(text[:i-1], "ph")) {
			return true
		}
		if c == '/' {
			return before == ' ' || before >= 0x80 || '0' <= before && before <= '9'
		}
		return before == 0 || before == ' ' || before >= 0x80 || before == '\n'
	}
	return true
}

func (n *number) read() {
	n.groups = n.buffer[:0]
	count := 0
	for at := n.start; len(n.groups) < mostGroups; {
		g := group{from: count, start: at}
		for {
			d, width := digitAt(n.text, at)
			if width == 0 {
				break
			}
			if count == mostDigits {
				g.overlong = true
				break
			}
			n.digits[count] = d
			count++
			at += width
		}
		g.to, g.end = count, at
		n.groups = append(n.groups, g)
		if g.overlong || count == mostDigits {
			n.groups[len(n.groups)-1].overlong = g.overlong
			return
		}
		next := at + separatorLen(n.text[at:])
		if _, width := digitAt(n.text, next); next == at || width == 0 {
			return
		}
		at = next
	}
}

// separatorLen is the length of what may part two groups: one or two of gaps,
// slash and brackets, as in `(010) 6234` or `415-555`.
func separatorLen(text string) int {
	n, runes := 0, 0
	for n < len(text) && runes < 2 && (text[n] >= 0x80 || strings.IndexByte(" -.()/", text[n]) >= 0) {
		r, size := utf8.DecodeRuneInString(text[n:])
		if !strings.ContainsRune(gaps+"()（）/", r) || n > 0 && r == rune(text[0]) {
			break
		}
		n += size
		runes++
	}
	return n
}

// endsNumber reports whether a number may end at i: no digit, letter or path
// goes on there.
func endsNumber(text string, i int) bool {
	if i >= len(text) {
		return true
	}
	if _, width := digitAt(text, i); width > 0 {
		return false
	}
	c := text[i]
	switch {
	case c == '_':
		return closesEmphasis(text, i)
	case (base62 | percent).has(c), c == '@', c == '+':
		return false
	case c == '.' || c == '-' || c == ':':
		return i+1 >= len(text) || !base62.has(text[i+1])
	case c == '/':
		return i+1 >= len(text) || !letters.has(text[i+1])
	}
	return true
}

var units = []string{
	"packet", "pkt", "event", "sample", "frame", "cycle",
	"byte", "ns", "ms", "us", "kb", "mb", "gb", "row", "times", "tokens", "requests", "seconds", "lines", "records", "usd", "rmb", "cny", "items",
	"度", "千瓦", "吨", "平方", "立方", "辆", "股", "桶", "件", "套", "步", "页", "册", "枚", "美金", "日元", "港币", "行", "次", "元", "条", "个", "字节", "秒", "毫秒", "人", "票", "亿", "千", "公里", "美元", "块", "毫",
}

// counters are names of numbers that count or identify things.
var counters = []string{
	"id", "ids", "size", "offset", "count", "bytes", "length", "len", "seq", "timestamp", "ts", "time", "version", "order",
	"memory", "mem", "free", "used", "pid", "tid", "uid", "channel", "member", "guild", "chat", "thread", "snowflake", "ns", "ms", "us", "nanos", "millis", "usec", "epoch", "view", "views", "like", "likes", "shares", "coin", "reply", "replies", "play", "plays", "aid", "favorites", "followers", "fans", "score", "points", "trace", "span", "rows", "amount", "total", "price", "index", "key", "hash", "seed", "nonce", "port", "date", "exp", "iat",
	"内存", "空闲", "剩余", "容量", "显存", "播放量", "大小", "耗时", "单号", "流水号", "编号", "条形码", "时间戳", "编码", "数量", "金额", "次数", "序号", "学号", "工号", "交易号", "点击量", "阅读量", "余额", "人口",
}

// isCounted reports whether the words beside [start, end) say that the number
// counts or identifies a thing: `size 13800000000`, `13800000000 bytes`.
func isCounted(text string, start, end int) bool {
	after := skipBlanks(text, end)
	for _, u := range units {
		if hasPrefixFold(text[after:], u) && (u[0] >= 0x80 || after+len(u) >= len(text) || !letters.has(text[after+len(u)]) || text[after+len(u)] == 's') {
			return true
		}
	}
	label := labelBefore(text, start)
	for _, c := range counters {
		if c[0] >= 0x80 && strings.HasSuffix(label, c) || c == label {
			return true
		}
	}
	return false
}

// labelBefore is the name that stands before i, over blanks, quotes and
// separators: the last word of an identifier in lower case, or Chinese text.
func labelBefore(text string, i int) string {
	for n := 0; n < 8 && i > 0; n++ {
		r := lastRune(text, i)
		if !strings.ContainsRune(" :=\"'\\：＝", r) {
			break
		}
		i -= max(1, utf8.RuneLen(r))
	}
	if i == 0 || text[i-1] < 0x80 {
		return lastWord(text[base62.runBack(text, i, longestOwner):i])
	}
	start := i
	for start > 0 && text[start-1] >= 0x80 && i-start < 12 {
		start--
	}
	return text[start:i]
}
