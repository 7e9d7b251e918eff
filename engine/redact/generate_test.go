package redact

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

// seeded fills templates such as `sk-{b62:20}` with random text at test time,
// so that no source file holds anything that looks like a secret.
type seeded struct{ *rand.Rand }

func newSeeded(seed uint64) seeded { return seeded{rand.New(rand.NewPCG(seed, 2026))} }

// fill replaces the classes of a shape and the named values {mobile}, {id18},
// {card16}, {card19} and {jwt}.
func (r seeded) fill(template string) string {
	named := map[string]func() string{
		"mobile": func() string { return "138" + r.fill("{dig:8}") },
		"id18":   r.idCard,
		"card16": func() string { return r.card("4", 16) },
		"card19": func() string { return r.card("622202", 19) },
		"jwt":    func() string { return "eyJ" + r.fill("{b64u:30}.eyJ{b64u:40}.{b64u:43}") },
	}
	for name, value := range named {
		for strings.Contains(template, "{"+name+"}") {
			template = strings.Replace(template, "{"+name+"}", value(), 1)
		}
	}
	return classPattern.ReplaceAllStringFunc(template, func(class string) string {
		p := parseClass(strings.Trim(class, "{}"), template)
		return r.draw(p.set, p.min+r.IntN(min(p.max-p.min, 40)+1))
	})
}

var classPattern = regexp.MustCompile(`\{[A-Za-z0-9]+:[0-9]+(-[0-9]+)?\}`)

// draw makes n bytes of set. Long ones hold each sort of letter the set has, so
// that what checks for a mix finds one. The ends are never punctuation.
func (r seeded) draw(set class, n int) string {
	var out strings.Builder
	var all, words []byte
	for c := byte(' '); c < 0x7f; c++ {
		if set.has(c) {
			all = append(all, c)
			if base62.has(c) {
				words = append(words, c)
			}
		}
	}
	sorts := []class{lowers & set, digit & set, uppers & set}
	for i := range n {
		pool := all
		if i == 0 || i == n-1 {
			pool = words
		}
		c := pool[r.IntN(len(pool))]
		if n >= 12 && i%4 == 1 {
			for want := sorts[i/4%3]; want != 0 && !want.has(c); {
				c = words[r.IntN(len(words))]
			}
		}
		out.WriteByte(c)
	}
	return out.String()
}

func (r seeded) idCard() string {
	body := fmt.Sprintf("1101%02d%d%02d%02d%03d", 1+r.IntN(9), 1950+r.IntN(60), 1+r.IntN(12), 1+r.IntN(28), r.IntN(1000))
	for _, c := range "0123456789X" {
		if isIDCard(body + string(c)) {
			return body + string(c)
		}
	}
	panic("no check digit fits")
}

func (r seeded) card(head string, size int) string {
	body := head + r.fill(fmt.Sprintf("{dig:%d}", size-len(head)-1))
	for c := '0'; c <= '9'; c++ {
		if luhn(body + string(c)) {
			return body + string(c)
		}
	}
	panic("no check digit fits")
}

// sampleTexts is one text for each rule and context.
func sampleTexts(r seeded) []string {
	var texts []string
	for _, v := range vendors {
		for form := range strings.FieldsSeq(v.shapes) {
			texts = append(texts, "用 "+r.fill(form)+"，谢谢")
		}
	}
	for _, c := range masked {
		texts = append(texts, r.fill(c.text))
	}
	for _, c := range untouched {
		texts = append(texts, r.fill(c.text))
	}
	return texts
}
