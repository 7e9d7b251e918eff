package fakesecret

import (
	"regexp"
	"strings"
	"testing"
)

func TestFill(t *testing.T) {
	for template, want := range map[string]string{
		"sk-{b62:20}":                        `^sk-[A-Za-z0-9]{20}$`,
		"{hex:8-10}.{HEX:4}":                 `^[0-9a-f]{8,10}\.[0-9A-F]{4}$`,
		"{uuid}":                             `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
		"{id18}":                             `^1101\d{13}[\dX]$`,
		"{card16} {card19}":                  `^4\d{15} 622202\d{13}$`,
		`{"key": "{b64:30}", "n": {"x": 1}}`: `^\{"key": "[A-Za-z0-9+/]{30}", "n": \{"x": 1\}\}$`,
		"{mobile}":                           `^138\d{8}$`,
	} {
		for seed := range uint64(50) {
			got, again := New(seed).Fill(template), New(seed).Fill(template)
			if !regexp.MustCompile(want).MatchString(got) {
				t.Fatalf("Fill(%q) = %q, want %s", template, got, want)
			}
			if again != got {
				t.Fatalf("Fill(%q) is %q and then %q for the same seed", template, got, again)
			}
		}
	}
}

func TestMarked(t *testing.T) {
	text, spans := New(1).Marked("A=«{b62:12}» 和 «{mobile}»。")
	if len(spans) != 2 || strings.ContainsAny(text, "«»") {
		t.Fatalf("Marked = %q %v, want two spans and no marks", text, spans)
	}
	if got := text[:spans[0].Start] + "1" + text[spans[0].End:spans[1].Start] + "2" + text[spans[1].End:]; got != "A=1 和 2。" {
		t.Errorf("without the spans the text is %q", got)
	}
}
