package items

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/session"
)

// written is todos.md of the sample and what it shows.
func written(t testing.TB, lang string, notes ...string) (string, Shown) {
	t.Helper()
	items, verdicts := sample()
	files, shown := Fold(items, verdicts).TodoFiles(now(), notes, Options{Lang: lang, Location: shanghai()})
	return string(files[0].Data), shown
}

// change edits the line of an item.
func change(t testing.TB, text, name, old, new string) string {
	t.Helper()
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.Contains(line, idOf(name)) {
			if !strings.Contains(line, old) {
				t.Fatalf("line %q has no %q", line, old)
			}
			lines[i] = strings.Replace(line, old, new, 1)
			return strings.Join(lines, "\n")
		}
	}
	t.Fatalf("there is no line of %q", name)
	return ""
}

func TestEdits(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(text string) string
		want string
	}{
		"nothing":    {func(text string) string { return text }, ""},
		"ticked":     {func(text string) string { return change(t, text, "t1", "[ ]", "[x]") }, "t1 done"},
		"big X":      {func(text string) string { return change(t, text, "t1", "[ ]", "[X]") }, "t1 done"},
		"unticked":   {func(text string) string { return change(t, text, "t8", "[x]", "[ ]") }, "t8 open"},
		"suggestion": {func(text string) string { return change(t, text, "t6", "[ ]", "[x]") }, "t6 done"},
		"struck": {func(text string) string {
			return change(t, text, "t1", "给王姐发报价单", "~~给王姐发报价单~~")
		}, "t1 cancelled"},
		"struck whole": {func(text string) string {
			return change(t, text, "t1", "给王姐发报价单 (截止 2026-03-16,已逾期)", "~~给王姐发报价单 (截止 2026-03-16,已逾期)~~")
		}, "t1 cancelled"},
		"struck with the id": {func(text string) string {
			return change(t, change(t, text, "t11", "订周六", "~~订周六"), "t11", "-->", "-->~~")
		}, "t11 cancelled"},
		"struck in part":        {func(text string) string { return change(t, text, "t1", "报价单", "~~报价单~~") }, ""},
		"struck at first":       {func(text string) string { return change(t, text, "t1", "给王姐", "~~给王姐~~") }, ""},
		"strike around nothing": {func(text string) string { return change(t, text, "t1", "给王姐发报价单", "~~~~") }, ""},
		"strike removed":        {func(text string) string { return strings.ReplaceAll(text, "~~", "") }, "t9 open"},
		"ticked and struck": {func(text string) string {
			return change(t, text, "t1", "[ ] 给王姐发报价单", "[x] ~~给王姐发报价单~~")
		}, "t1 done"},
		"title rewritten": {func(text string) string { return change(t, text, "t1", "给王姐发报价单", "something else") }, ""},
		"other bullet":    {func(text string) string { return change(t, text, "t1", "- [ ]", "   *   [x]") }, "t1 done"},
		"no space":        {func(text string) string { return change(t, text, "t1", "[ ] ", "[x]") }, "t1 done"},
		"comment retyped": {func(text string) string { return change(t, change(t, text, "t1", "<!-- ", "<!--"), "t1", "[ ]", "[x]") }, "t1 done"},
		"two edits": {func(text string) string {
			return change(t, change(t, text, "t2", "[ ]", "[x]"), "t1", "[ ]", "[x]")
		}, "t1 done t2 done"},
		"line gone": {func(text string) string { return change(t, text, "t1", "<!-- ss:"+idOf("t1")+" -->", "") }, ""},
		"all gone":  {func(string) string { return "" }, ""},
		"no box":    {func(text string) string { return change(t, text, "t1", "- [ ] ", "- ") }, ""},
		"line twice": {func(text string) string {
			return text + "\n- [x] again <!-- ss:" + idOf("t1") + " -->\n"
		}, ""},
		"two ids on a line": {func(text string) string {
			return change(t, change(t, text, "t1", "[ ]", "[x]"), "t1", "-->", "--> <!-- ss:"+idOf("t2")+" -->")
		}, ""},
		"unknown id":        {func(text string) string { return text + "- [x] x <!-- ss:" + idOf("nobody") + " -->\n" }, ""},
		"moved":             {func(text string) string { return "- [x] 给王姐发报价单 <!-- ss:" + idOf("t1") + " -->\n" }, "t1 done"},
		"line ends":         {func(text string) string { return strings.ReplaceAll(change(t, text, "t1", "[ ]", "[x]"), "\n", "\r\n") }, "t1 done"},
		"old line ends":     {func(text string) string { return strings.ReplaceAll(change(t, text, "t1", "[ ]", "[x]"), "\n", "\r") }, "t1 done"},
		"mark at the start": {func(text string) string { return "\uFEFF" + change(t, text, "t1", "[ ]", "[x]") }, "t1 done"},
		"trailing blanks": {func(text string) string {
			return strings.ReplaceAll(change(t, text, "t1", "[ ]", "[x]"), "\n", "  \t\n")
		}, "t1 done"},
		"no last line end":  {func(text string) string { return strings.TrimRight(change(t, text, "t1", "[ ]", "[x]"), "\n") }, "t1 done"},
		"utf-16":            {func(text string) string { return inUTF16(change(t, text, "t1", "[ ]", "[x]"), binary.LittleEndian) }, "t1 done"},
		"utf-16, big end":   {func(text string) string { return inUTF16(change(t, text, "t1", "[ ]", "[x]"), binary.BigEndian) }, "t1 done"},
		"more blank lines":  {func(text string) string { return strings.ReplaceAll(text, "\n", "\n\n\n") }, ""},
		"indented further":  {func(text string) string { return strings.ReplaceAll(text, "\n  - ", "\n    * ") }, ""},
		"heading rewritten": {func(text string) string { return strings.ReplaceAll(text, "## 未完成", "##  未完成 ") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			text, shown := written(t, "zh")
			edits, notes, _ := ReadBack(shown, []byte(c.edit(text)))
			if got := named(edits); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if name != "line gone" && len(notes) != 0 {
				t.Errorf("got notes %q, want none", notes)
			}
		})
	}
}

// TestEitherShown: after a kill nobody knows whether the old file or the new one
// is there. Neither is an edit, and what a person changed in it is one.
func TestEitherShown(t *testing.T) {
	old, shownOld := written(t, "zh")
	new := change(t, old, "t1", "[ ]", "[x]")
	shownNew := slices.Clone(shownOld)
	at := slices.IndexFunc(shownNew, func(m Mark) bool { return m.ID == idOf("t1") })
	shownNew[at].State = session.StatusDone
	either, err := ParseShown(slices.Concat(shownOld, shownNew).String())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"old file":            {old, ""},
		"new file":            {new, ""},
		"old file and a tick": {change(t, old, "t2", "[ ]", "[x]"), "t2 done"},
		"new file and a tick": {change(t, new, "t2", "[ ]", "[x]"), "t2 done"},
		"a third state":       {change(t, old, "t1", "给王姐发报价单", "~~给王姐发报价单~~"), "t1 cancelled"},
	} {
		if edits, _, _ := ReadBack(either, []byte(c.text)); named(edits) != c.want {
			t.Errorf("%s: got %q, want %q", name, named(edits), c.want)
		}
	}
}

// named writes edits with the short names of the sample.
func named(edits []Edit) string {
	names := map[string]string{}
	items, _ := sample()
	for _, it := range items {
		names[it.ID] = it.Key
	}
	var got []string
	for _, e := range edits {
		got = append(got, names[e.ID]+" "+string(e.Status))
	}
	return strings.Join(got, " ")
}

func inUTF16(text string, order binary.AppendByteOrder) string {
	b := order.AppendUint16(nil, 0xFEFF)
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// An edit that was applied is what the next file shows.
func TestEditsArriveInTheNextFile(t *testing.T) {
	items, verdicts := sample()
	opt := Options{Location: shanghai()}
	files, shown := Fold(items, verdicts).TodoFiles(now(), nil, opt)
	text := change(t, string(files[0].Data), "t2", "[ ]", "[x]")
	text = change(t, text, "t6", "maybe look at the logs", "~~maybe look at the logs~~")
	edits, _, _ := ReadBack(shown, []byte(text))
	for _, e := range edits {
		verdicts[e.ID] = session.Verdict{Item: e.ID, Status: e.Status, At: now()}
	}
	files, shown = Fold(items, verdicts).TodoFiles(now(), nil, opt)
	if edits, _, _ := ReadBack(shown, []byte(text)); len(edits) != 0 {
		t.Errorf("the edits are found again: %v", edits)
	}
	lists, _, _ := parseTodos(t, "zh", files[0].Data)
	states := map[string]string{}
	for _, x := range lists[2] {
		states[x.id] = fmt.Sprint(x.box, x.struck)
	}
	if states[idOf("t2")] != "xfalse" || states[idOf("t6")] != " true" {
		t.Errorf("got %v", states)
	}
	for _, x := range slices.Concat(lists[0], lists[1]) {
		if x.id == idOf("t2") || x.id == idOf("t3") || x.id == idOf("t6") {
			t.Errorf("%q is still open", x.title)
		}
	}
}

func TestNotes(t *testing.T) {
	note := func(after, line string) func(string) string {
		return func(text string) string { return strings.Replace(text, after+"\n", after+"\n"+line+"\n", 1) }
	}
	for name, c := range map[string]struct {
		edit func(text string) string
		want []string
	}{
		"below the heading": {func(text string) string { return text + "\nmilk\n\n- eggs\n\n" }, []string{"milk", "", "- eggs"}},
		"anywhere":          {note("## 未完成", "do not forget"), []string{"do not forget"}},
		"below an item":     {note("- [ ] 订周六的餐厅 <!-- ss:"+idOf("t11")+" -->", "  - window table"), []string{"  - window table"}},
		"box of one's own":  {note("## 未完成", "- [ ] mine"), []string{"- [ ] mine"}},
		"heading":           {func(text string) string { return text + "\n## Groceries\nmilk\n" }, []string{"## Groceries", "milk"}},
		"our words":         {func(text string) string { return text + "\n原话:x\n- Time: 5 pm, Bob\n" }, []string{"原话:x", "- Time: 5 pm, Bob"}},
		"other id":          {func(text string) string { return text + "\n<!-- ss:short -->\n" }, []string{"<!-- ss:short -->"}},
		"controls":          {func(text string) string { return text + "\n\x1b[2Jx\x00\ty \n" }, []string{"[2Jx\ty"}},
		"broken utf-8":      {func(text string) string { return text + "\na\xffb\n" }, []string{"a\uFFFDb"}},
		"blank lines elsewhere": {func(text string) string {
			return strings.Replace(text, "## 未完成\n", "## 未完成\n\na\n\n\nb\n\n", 1)
		}, []string{"a", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			text, shown := written(t, "zh")
			edits, notes, _ := ReadBack(shown, []byte(c.edit(text)))
			if !slices.Equal(notes, c.want) || len(edits) != 0 {
				t.Fatalf("got notes %q and edits %v, want %q", notes, edits, c.want)
			}
			for _, lang := range []string{"zh", "en"} {
				text, shown := written(t, lang, notes...)
				if edits, again, _ := ReadBack(shown, []byte(text)); !slices.Equal(again, notes) || len(edits) != 0 {
					t.Errorf("%s: the second time got notes %q and edits %v", lang, again, edits)
				}
			}
		})
	}
}

// A file of the other language, or one whose marks are lost, is still ours.
func TestOwnLinesAreKnownWithoutMarks(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		text, _ := written(t, lang)
		if edits, notes, _ := ReadBack(nil, []byte(text)); len(edits) != 0 || len(notes) != 0 {
			t.Errorf("%s: got edits %v and notes %q", lang, edits, notes)
		}
	}
}

func TestNotesAreBounded(t *testing.T) {
	line := strings.Repeat("备", 1000)
	for lines, want := range map[int]bool{5: true, 6: false} {
		if _, _, whole := ReadBack(nil, []byte(strings.Repeat(line+"\n", lines))); whole != want {
			t.Errorf("%d lines are whole: %t", lines, whole)
		}
	}
	if _, _, whole := ReadBack(nil, []byte(strings.Repeat("\n", MaxRead)+"x")); whole {
		t.Error("what is not read counts as read")
	}
	notes := slices.Repeat([]string{line}, 100)
	text, shown := written(t, "zh", notes...)
	_, _, kept := parseTodos(t, "zh", []byte(text))
	size := len(strings.Join(kept, "\n"))
	if size < maxNotes-utf8.UTFMax || size > maxNotes+len("\n\n> "+chinese().noRoom) {
		t.Errorf("got %d bytes of notes", size)
	}
	if last := kept[len(kept)-1]; last != "> "+chinese().noRoom {
		t.Errorf("the notes end in %.20q", last)
	}
	_, back, whole := ReadBack(shown, []byte(text))
	if !whole {
		t.Error("the notes that were kept count as too long")
	}
	again, _ := written(t, "zh", back...)
	if strings.Contains(again, chinese().noRoom) {
		t.Error("the notes that were kept are too long")
	}
	if _, same, _ := ReadBack(nil, []byte(again)); !slices.Equal(same, back) {
		t.Error("the notes that were kept change")
	}
}

func TestHostileFiles(t *testing.T) {
	text, shown := written(t, "zh")
	for name, data := range map[string]string{
		"endless line":   strings.Repeat("x", 10<<20),
		"many lines":     strings.Repeat("x\n", 5<<20),
		"blank lines":    text + strings.Repeat("\n", 10<<20) + "x",
		"ids on a line":  strings.Repeat("<!-- ss:"+idOf("t1")+" -->", 1<<19),
		"boxes":          strings.Repeat("- [x] a <!-- ss:"+idOf("t1")+" -->\n", 1<<18),
		"broken":         strings.Repeat("\xff\r", 5<<20),
		"open comments":  strings.Repeat("<!-- ss:", 1<<20),
		"nested bullets": strings.Repeat("  - 时间:", 1<<20),
		"half a unit":    "\xff\xfea\x00b",
	} {
		t.Run(name, func(t *testing.T) {
			edits, notes, _ := ReadBack(shown, []byte(data))
			if len(edits) != 0 {
				t.Errorf("got edits %v", edits)
			}
			if all := strings.Join(notes, "\n"); len(all) > MaxRead || len(notes) > 1 && len(all)-len(notes[len(notes)-1]) > maxNotes {
				t.Errorf("got %d bytes of notes", len(all))
			}
			files, _ := Board{}.TodoFiles(now(), notes, Options{})
			if len(files[0].Data) > maxNotes+4096 {
				t.Errorf("got %d bytes", len(files[0].Data))
			}
		})
	}
}

func TestShown(t *testing.T) {
	_, shown := written(t, "zh")
	back, err := ParseShown(shown.String())
	if err != nil || !slices.Equal(back, shown) {
		t.Errorf("got %v and %v, want %v", back, err, shown)
	}
	if back, err := ParseShown(""); err != nil || len(back) != 0 {
		t.Errorf("got %v and %v for nothing", back, err)
	}
	for name, text := range map[string]string{
		"version": "2", "length": "1oabc", "state": "1x" + idOf("a"), "id": "1o" + strings.ToUpper(idOf("a")),
	} {
		if _, err := ParseShown(text); !errors.Is(err, ErrShown) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzParseShown(f *testing.F) {
	_, shown := written(f, "zh")
	for _, text := range []string{"", "1", shown.String(), "1x", "2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown, err := ParseShown(text)
		if err != nil || text == "" {
			return
		}
		if got := shown.String(); got != text {
			t.Errorf("got %q back from %q", got, text)
		}
	})
}

// FuzzReadBack: notes come back as they are, and our lines never become notes.
func FuzzReadBack(f *testing.F) {
	text, shown := written(f, "zh", "a note")
	english, _ := written(f, "en")
	for _, data := range []string{"", text, english, change(f, text, "t1", "[ ]", "[x]"), "\uFEFFx", "\xff\xfea\x00", "## 我的备注\n\n\n\na\n \n\nb"} {
		f.Add([]byte(data))
	}
	for _, data := range hostile() {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		edits, notes, _ := ReadBack(shown, data)
		for i, e := range edits {
			was := slices.IndexFunc(shown, func(m Mark) bool { return m.ID == e.ID })
			if was < 0 || shown[was].State == e.Status || !slices.Contains([]session.Status{"open", "done", "cancelled"}, e.Status) {
				t.Errorf("edit %v was not asked for", e)
			}
			if slices.ContainsFunc(edits[:i], func(x Edit) bool { return x.ID == e.ID }) {
				t.Errorf("edit of %s twice", e.ID)
			}
		}
		for _, lang := range []string{"zh", "en"} {
			page, shown := written(t, lang, notes...)
			edits, again, _ := ReadBack(shown, []byte(page))
			if !slices.Equal(again, notes) && !strings.Contains(page, wordsOf(lang).noRoom) {
				t.Errorf("%s: got notes %q, want %q", lang, again, notes)
			}
			if len(edits) != 0 {
				t.Errorf("%s: got edits %v", lang, edits)
			}
		}
	})
}

func TestRecognize(t *testing.T) {
	items, verdicts := sample()
	b := Fold(items, verdicts)
	for _, lang := range []string{"zh", "en"} {
		opt := Options{Lang: lang}
		files, _ := b.TodoFiles(now(), nil, opt)
		for _, f := range append(files, b.DecisionFiles(opt)...) {
			head := f.Data[:min(len(f.Data), RecognizeBytes)]
			if !Recognize(head) || !Recognize([]byte(inUTF16(string(head), binary.LittleEndian))) {
				t.Errorf("%s %s is not recognised", lang, f.Name)
			}
		}
	}
	for _, foreign := range []string{"", "# Todos\n\n- [ ] milk\n", "# 待办\n", `{"todos":[]}`, "\xff\xfe"} {
		if Recognize([]byte(foreign)) {
			t.Errorf("%q is taken for ours", foreign)
		}
	}
}
