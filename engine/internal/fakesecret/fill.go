package fakesecret

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
)

// Maker fills templates. It is not safe for concurrent use.
type Maker struct{ *rand.Rand }

// New returns a maker whose values follow from seed.
func New(seed uint64) Maker { return Maker{rand.New(rand.NewPCG(seed, 2026))} }

const (
	digits   = "0123456789"
	hexLower = digits + "abcdef"
	lowers   = "abcdefghijklmnopqrstuvwxyz"
	uppers   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	base62   = digits + uppers + lowers
)

// alphabets are the classes of templates: {b62:20} is twenty of one,
// {b62:20-40} twenty to forty.
var alphabets = map[string]string{
	"dig":    digits,
	"hex":    hexLower,
	"HEX":    digits + "ABCDEF",
	"xdig":   hexLower + "ABCDEF",
	"low":    lowers,
	"up":     uppers,
	"low36":  digits + lowers,
	"up36":   digits + uppers,
	"alpha":  uppers + lowers,
	"b62":    base62,
	"word":   base62 + "_",
	"b64u":   base62 + "-_",
	"b64":    base62 + "+/",
	"b64p":   base62 + "+/", // padding would stand at the end only
	"url":    base62 + "-_.~",
	"path":   base62 + "+/-_",
	"dashed": base62 + "-",
	"dotted": base62 + "-_.",
}

// Fill replaces the classes and the named values of a template: {mobile},
// {id18}, {card16}, {card19}, {jwt}, {uuid}, {basic}, {password}, and the ids
// of keys {aws} and {oss}.
func (m Maker) Fill(template string) string {
	text, _ := m.Marked(template)
	return text
}

// Span is a half-open range of bytes.
type Span struct{ Start, End int }

// Marked fills a template in which « and » stand around what is secret, and
// returns where that is in the text, which has no marks.
func (m Maker) Marked(template string) (string, []Span) {
	filled := place.ReplaceAllStringFunc(template, func(p string) string { return m.value(strings.Trim(p, "{}")) })
	var text strings.Builder
	var spans []Span
	for rest := filled; ; {
		before, inside, marked := strings.Cut(rest, "«")
		text.WriteString(before)
		if !marked {
			return text.String(), spans
		}
		secret, after, _ := strings.Cut(inside, "»")
		start := text.Len()
		text.WriteString(secret)
		spans = append(spans, Span{start, text.Len()})
		rest = after
	}
}

var place = regexp.MustCompile(`\{[A-Za-z0-9]+(?::[0-9]+(?:-[0-9]+)?)?\}`)

// value makes what a place of a template names. A place of no known name stays:
// templates hold JSON and code as well.
func (m Maker) value(name string) string {
	switch name {
	case "mobile":
		return "138" + m.Fill("{dig:8}")
	case "id18":
		return m.idCard()
	case "card16":
		return m.card("4", 16)
	case "card19":
		return m.card("622202", 19)
	case "jwt":
		return "eyJ" + m.Fill("{b64u:30}.eyJ{b64u:40}.{b64u:43}")
	case "uuid":
		return m.Fill("{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}")
	case "aws":
		return "AK" + "IA" + m.Fill("{up36:16}")
	case "oss":
		return "LT" + "AI5t" + m.Fill("{b62:18}")
	case "basic":
		return base64.StdEncoding.EncodeToString([]byte(m.Fill("{low:5}:{b62:12}")))
	case "password":
		return m.Fill("{low:5}{up:1}{dig:3}#{low36:4}")
	}
	class, lengths, _ := strings.Cut(name, ":")
	low, high, isRange := strings.Cut(lengths, "-")
	if !isRange {
		high = low
	}
	least, err := strconv.Atoi(low)
	most, err2 := strconv.Atoi(high)
	alphabet := alphabets[class]
	if alphabet == "" || err != nil || err2 != nil {
		return "{" + name + "}"
	}
	return m.draw(alphabet, least+m.IntN(min(max(most-least, 0), 40)+1))
}

// draw makes n bytes of an alphabet. Long ones hold each sort of letter that
// the alphabet has, so that what looks for a mix finds one. The ends are
// never punctuation.
func (m Maker) draw(alphabet string, n int) string {
	words := keep(alphabet, base62)
	var sorts []string
	for _, sort := range []string{lowers, digits, uppers} {
		sorts = append(sorts, keep(alphabet, sort))
	}
	var out strings.Builder
	for i := range n {
		pool := alphabet
		if i == 0 || i == n-1 {
			pool = words
		}
		if sort := sorts[i/4%3]; n >= 12 && i%4 == 1 && sort != "" {
			pool = sort
		}
		out.WriteByte(pool[m.IntN(len(pool))])
	}
	return out.String()
}

// keep is the bytes of alphabet that are in set.
func keep(alphabet, set string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(set, r) {
			return r
		}
		return -1
	}, alphabet)
}

// idCard is a resident number: its check digit follows ISO 7064 MOD 11-2.
func (m Maker) idCard() string {
	body := fmt.Sprintf("1101%02d%d%02d%02d%03d", 1+m.IntN(9), 1950+m.IntN(60), 1+m.IntN(12), 1+m.IntN(28), m.IntN(1000))
	sum := 0
	for i := range len(body) {
		sum = (sum + int(body[i]-'0')) * 2 % 11
	}
	return body + "10X98765432"[sum:sum+1]
}

// card is a card number of an issuer: its check digit is that of Luhn.
func (m Maker) card(issuer string, size int) string {
	body := issuer + m.Fill(fmt.Sprintf("{dig:%d}", size-len(issuer)-1))
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return body + strconv.Itoa((10-sum%10)%10)
}
