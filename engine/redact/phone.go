package redact

import (
	"strings"
	"unicode/utf8"
)

// isMobile reports whether digits are a Chinese mobile number: 11 digits in
// an assigned segment.
func isMobile(digits string) bool {
	if len(digits) != 11 || digits[0] != '1' {
		return false
	}
	switch third := digits[2]; digits[1] {
	case '3', '8':
		return true
	case '4':
		return third >= '5'
	case '5':
		return third != '4'
	case '6':
		return strings.IndexByte("2567", third) >= 0
	case '7':
		return third != '9'
	case '9':
		return third != '4'
	}
	return false
}

// findMobile finds a Chinese mobile number, with 86 or 0086 before it or not.
// With '+' before it is findPlusPhone's.
func findMobile(n *number) (start, end int) {
	k := 0
	switch {
	case n.sizes(11) || n.sizes(13) || n.sizes(15):
		k = 1
	case n.sizes(2, 11) || n.sizes(4, 11):
		k = 2
	default:
		for _, sizes := range mobileGroups {
			if n.sizes(sizes...) && n.evenly(len(sizes), gaps) && (len(sizes) == 3 && sizes[2] == 4 || n.separator(1) != ".") {
				k = len(sizes)
			}
		}
		if (n.sizes(2, 3, 4, 4) || n.sizes(4, 3, 4, 4)) && utf8.RuneCountInString(n.separator(1)) == 1 {
			k = 4
		}
	}
	if k == 0 {
		return 0, 0
	}
	if k == 1 && n.sizes(11, 11) && n.separator(1) == "-" && isMobile(n.first(1)) && isMobile(n.first(2)[11:]) && endsNumber(n.text, n.groups[1].end) {
		return n.start, n.groups[1].end // two with a dash between
	}
	digits := n.first(k)
	local := strings.TrimPrefix(strings.TrimPrefix(digits, "00"), "86")
	if len(digits) == 11 {
		local = digits
	}
	end = n.groups[k-1].end
	if !isMobile(local) || !endsNumber(n.text, end) || isCounted(n.text, n.start, end) {
		return 0, 0
	}
	return openBracket(n.text, n.start, end), end
}

// mobileGroups are how people part the eleven digits.
var mobileGroups = [][]int{{3, 4, 4}, {5, 4, 4}, {3, 3, 5}, {4, 4, 3}, {4, 3, 4}, {3, 8}, {3, 5, 3}, {7, 4}}

// findLandline finds a Chinese area code with a local number, both also with
// an extension. The area code must be parted, else any 0-number would do.
func findLandline(n *number) (start, end int) {
	k := 0 // the group of the area code
	if len(n.groups) > 2 && n.groups[0].size() == 2 && n.first(1) == "86" {
		k = 1
	}
	if len(n.groups) < k+2 {
		return 0, 0
	}
	area, local := n.groups[k], n.groups[k+1]
	code := string(n.digits[area.from:area.to])
	if k == 1 {
		code = "0" + strings.TrimPrefix(code, "0")
	}
	if !isAreaCode(code) || local.overlong {
		return 0, 0
	}
	if n.digits[local.from] < '2' || n.digits[local.from] > '8' {
		return 0, 0
	}
	size, end := local.size(), local.end
	if rest := k + 2; size < 7 && rest < len(n.groups) && n.groups[rest].size() == 4 && !n.groups[rest].overlong && !isInChain(n.text, n.start) { // 0757-6868-5856
		size, end = size+4, n.groups[rest].end
	}
	if size < 7 || size > 8 {
		return 0, 0
	}
	if to := extensionEnd(n.text, end); to > end {
		end = to
	} else if !endsNumber(n.text, end) {
		return 0, 0
	}
	return openBracket(n.text, n.start, end), end
}

// isInChain reports whether other digits stand right before a number.
func isInChain(text string, start int) bool {
	return start >= 2 && strings.IndexByte(" -", text[start-1]) >= 0 && digitBefore(text, start-1)
}

func isAreaCode(digits string) bool {
	switch len(digits) {
	case 3:
		return digits[:2] == "01" && digits[2] == '0' || digits[:2] == "02"
	case 4:
		return digits[0] == '0' && digits[1] >= '3'
	}
	return false
}

// extensionEnd is the end of `-123`, `转123` or ` ext 123` after a number;
// where there is none, i.
func extensionEnd(text string, i int) int {
	for _, mark := range []string{"-", "转", "轉", " 转 ", " 转", " ext ", " ext. ", " x"} {
		if after, found := strings.CutPrefix(text[i:], mark); found {
			from := len(text) - len(after)
			if to := digit.run(text, from, 7); to > from && to-from <= 6 && endsNumber(text, to) {
				return to
			}
		}
	}
	return i
}

// openBracket moves start over the bracket before it where the number holds
// the one that closes it: `(+86) 138` but not `(+86 138)`.
func openBracket(text string, start, end int) int {
	inside := text[start:end]
	opened := strings.Count(inside, "(") + strings.Count(inside, "（")
	closed := strings.Count(inside, ")") + strings.Count(inside, "）")
	if r := lastRune(text, start); closed > opened && (r == '(' || r == '（') {
		return start - utf8.RuneLen(r)
	}
	return start
}

// findPlusPhone finds `+CC number`: the sign needs no context. In its place 00
// is taken where the number is written in groups. As many groups are taken as
// the country's numbers have.
func findPlusPhone(n *number) (start, end int) {
	r := lastRune(n.text, n.start)
	start = n.start
	prefix, fewest := "00", 2
	if r == '+' || r == '＋' {
		start -= utf8.RuneLen(r)
		prefix, fewest = "", 1
		if wordBefore(n.text, start) || lastRune(n.text, start) == '+' {
			return 0, 0
		}
	}
	for k := len(n.groups); k >= fewest; k-- {
		if first := n.groups[0].size(); prefix != "" && (first < 3 || first > 5 || strings.Contains(n.separator(1), ".")) {
			return 0, 0 // bytes and fractions
		}
		digits, found := strings.CutPrefix(n.withoutTrunk(k), prefix)
		if !found || n.groups[k-1].overlong || !isInternational(digits) {
			continue
		}
		end = n.groups[k-1].end
		if to := extensionEnd(n.text, end); to > end {
			return openBracket(n.text, start, to), to
		}
		if endsNumber(n.text, end) || k < len(n.groups) {
			return openBracket(n.text, start, end), end
		}
	}
	return 0, 0
}

// withoutTrunk is the digits of the first k groups but for a zero in brackets,
// which people dial only inside the country: +44 (0)20.
func (n *number) withoutTrunk(k int) string {
	if k > 2 && n.groups[1].size() == 1 && n.digits[n.groups[1].from] == '0' && strings.HasSuffix(n.separator(1), "(") && strings.HasPrefix(n.separator(2), ")") {
		return string(n.digits[:n.groups[1].from]) + string(n.digits[n.groups[2].from:n.groups[k-1].to])
	}
	return n.first(k)
}

// countries are calling codes with the number of digits that numbers have, the
// code included. Others are taken at 9 to 15 digits.
var countries = []struct {
	code     string
	min, max int
}{
	{"1", 11, 11}, {"7", 11, 11}, {"20", 11, 12}, {"27", 11, 11}, {"30", 12, 12}, {"31", 11, 11}, {"32", 10, 11},
	{"33", 11, 11}, {"34", 11, 11}, {"36", 10, 11}, {"39", 10, 13}, {"40", 11, 11}, {"41", 11, 11}, {"43", 10, 14},
	{"44", 11, 12}, {"45", 10, 10}, {"46", 10, 12}, {"47", 10, 10}, {"48", 11, 11}, {"49", 10, 14}, {"52", 12, 13},
	{"54", 12, 13}, {"55", 12, 13}, {"60", 10, 12}, {"61", 11, 11}, {"62", 10, 14}, {"63", 11, 12}, {"64", 10, 12},
	{"65", 10, 10}, {"66", 10, 11}, {"81", 11, 12}, {"82", 10, 12}, {"84", 11, 12}, {"86", 11, 13}, {"90", 12, 12},
	{"91", 12, 12}, {"92", 11, 12}, {"852", 11, 11}, {"853", 11, 11}, {"886", 11, 12}, {"966", 12, 12}, {"971", 11, 12}, {"972", 11, 12},
}

func isInternational(digits string) bool {
	for _, c := range countries {
		if strings.HasPrefix(digits, c.code) {
			return c.min <= len(digits) && len(digits) <= c.max
		}
	}
	// Codes that begin with 0, 1 or 7 are all listed.
	return len(digits) >= 9 && len(digits) <= 15 && strings.IndexByte("017", digits[0]) < 0
}

// phoneWords make a national number a phone. Short ones must stand alone, for
// the sake of telegram, hotel and recall.
var phoneWords = []struct {
	text  string
	alone bool
}{
	{"phone", false}, {"mobile", false}, {"whatsapp", false}, {"number is", false}, {"text me", false}, {"hotline", false},
	{"tel", true}, {"cell", true}, {"call", true}, {"fax", true}, {"dial", true}, {"sms", true},
	{"电话", false}, {"電話", false}, {"手机", false}, {"手機", false}, {"座机", false}, {"传真", false},
	{"contact number", false}, {"mob", true}, {"ph", true}, {"hp", true}, {"ring", true}, {"固话", false}, {"总机", false}, {"總機", false}, {"直线", false}, {"號碼", false}, {"来电", false}, {"來電", false},
	{"联系方式", false}, {"联系电话", false}, {"聯絡", false}, {"致电", false}, {"致電", false}, {"熱線", false}, {"簡訊", false}, {"撥打", false}, {"热线", false}, {"拨打", false}, {"短信", false},
}

// findNational finds a number without country code that a phone word announces.
func findNational(n *number) (start, end int) {
	if r := lastRune(n.text, n.start); r == '+' || r == '＋' {
		return 0, 0
	}
	for k := len(n.groups); k > 0; k-- {
		last := n.groups[k-1]
		most := 11
		if n.digits[0] == '0' {
			most = 12
		}
		if last.overlong || last.to < 8 || last.to > most || !n.isPhoneGrouping(k) || !endsNumber(n.text, last.end) {
			continue
		}
		distance := phoneWordBefore(n.text, n.start)
		if distance < 0 && k > 1 && phoneWordAfter(n.text, last.end) {
			distance = 0
		}
		if distance < 0 || k == 1 && distance > 8 || isCounted(n.text, n.start, last.end) {
			return 0, 0
		}
		return openBracket(n.text, n.start, last.end), last.end
	}
	return 0, 0
}

// isPhoneGrouping refuses dates, addresses with dots and lists of small numbers.
func (n *number) isPhoneGrouping(k int) bool {
	if n.sizes(4, 2, 2) || n.sizes(2, 2, 4) || n.sizes(4, 4) && isYear(n.first(1)) && isYear(n.first(2)[4:]) {
		return false
	}
	dotted := 0
	for i := 1; i < k; i++ {
		if strings.Contains(n.separator(i), ".") {
			dotted++
		}
	}
	// 01.99.00.09.35 and 646.555.0180, but not 10.20.30.140.
	return k <= 5 && (dotted == 0 || dotted == k-1 && n.evenly(k, ".") && (k == 5 || k == 3 && n.groups[2].size() == 4))
}

func isYear(digits string) bool { return digits >= "1900" && digits <= "2100" }

// phoneWordAfter reports whether a phone word follows in the same sentence.
func phoneWordAfter(text string, end int) bool {
	const near = 36
	window := text[end:min(len(text), end+near)]
	if i := strings.IndexAny(window, "\n[0123456789"); i >= 0 {
		window = window[:i]
	}
	return phoneWordIn(window) >= 0
}

// phoneWordBefore is the number of bytes between the nearest phone word and
// start, -1 when there is none near or another number stands between.
func phoneWordBefore(text string, start int) int {
	const near = 40
	window := text[max(0, start-near):start]
	window = window[strings.LastIndexByte(window, ']')+1:] // a placeholder is no word
	best := phoneWordIn(window)
	if best < 0 || strings.ContainsAny(window[best:], "0123456789\n") && !strings.HasSuffix(window, `\n`) {
		return -1
	}
	return len(window) - best
}

// phoneWordIn is where the last phone word in window ends, -1 when there is none.
func phoneWordIn(window string) int {
	window = folded(window)
	best := -1
	for _, w := range phoneWords {
		i := strings.LastIndex(window, w.text)
		if i < 0 {
			continue
		}
		after := i + len(w.text)
		if w.alone && (i > 0 && (base62|underscore).has(window[i-1]) || after < len(window) && (base62|underscore).has(window[after])) {
			continue
		}
		best = max(best, after)
	}
	return best
}
