package doctor

import (
	"fmt"
	"io"
	"strings"
)

// Write prints the findings for people: a line for each with a sign, its remedy
// below it, and at the end whether all is well or what has to be mended.
func Write(w io.Writer, findings []Finding, lang string) error {
	signs := map[Level]string{OK: "✓", Note: "-", Warning: "!", Problem: "✗"}
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s %s\n", signs[f.Level], f.Text.In(lang))
		if remedy := f.Remedy.In(lang); remedy != "" {
			fmt.Fprintf(&b, "    → %s\n", remedy)
		}
	}
	b.WriteByte('\n')
	if n := Problems(findings); n == 0 {
		b.WriteString(say("检查完成,可以正常使用!", "Check complete, ready to use!").In(lang) + "\n")
	} else {
		b.WriteString(say("检查完成，有 %d 个问题需要先处理：", "Check complete, to be mended first: %d", n).In(lang) + "\n")
		number := 0
		for _, f := range findings {
			if f.Level == Problem {
				number++
				fmt.Fprintf(&b, "  %d. %s\n     → %s\n", number, f.Text.In(lang), f.Remedy.In(lang))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
