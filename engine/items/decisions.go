package items

import (
	"cmp"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// Bounds of the files of decisions.
const (
	maxUnsure  = 20   // suggestions in a month file
	maxIndexed = 1000 // decisions in index.json
)

// month is what was decided in a month of local time, newest first.
type month struct {
	name           string // 2006-01, or "undated"
	sure, unsure   []*Decision
	listed, unseen int // in its file, and left out of it
}

func (m *month) file() string { return m.name + ".md" }

// DecisionFiles renders a file for each month that has decisions, newest first,
// and index.json behind them. Nothing in the file of a month depends on other
// months. A month whose decisions were all cancelled has no file.
func (b Board) DecisionFiles(opt Options) []File {
	opt = opt.withDefaults()
	w := &writer{words: wordsOf(opt.Lang), at: opt.Location, title: opt.Title}
	months := b.months(opt)
	var files []File
	for _, m := range months {
		files = append(files, File{m.file(), w.month(m, opt.Bytes)})
	}
	return append(files, File{"index.json", b.index(months, opt.Bytes)})
}

func (b Board) months(opt Options) []*month {
	var months []*month
	byName := map[string]*month{} // clocks that are set back can return to a month
	for i := range b.Decisions {
		d := &b.Decisions[i]
		if d.State == session.StatusCancelled {
			continue
		}
		name := "undated"
		if !d.Item.Time.IsZero() {
			name = d.Item.Time.In(opt.Location).Format("2006-01")
		}
		m := byName[name]
		if m == nil {
			m = &month{name: name}
			months, byName[name] = append(months, m), m
		}
		if d.Tier == TierMain {
			m.sure = append(m.sure, d)
		} else {
			m.unsure = append(m.unsure, d)
		}
	}
	return months
}

// month renders the file of a month in at most limit bytes: what is certain,
// then a few suggestions, folded away.
func (w *writer) month(m *month, limit int) []byte {
	const (
		unfold  = "</details>\n"
		smaller = 8 << 10 // bytes kept free for suggestions
	)
	page := append(fileHead(cmp.Or(w.title, w.decisions)+" "+m.name, w.decisionsNotice, w.decisionsHelp), '\n')
	fold := "\n<details>\n<summary>" + w.unsure + "</summary>\n\n"
	if len(m.unsure) == 0 {
		page, m.listed = w.appendSection(page, w.decisionList(m, m.sure, "", len(m.sure)), limit-len(page))
	} else {
		left := func() int { return limit - len(page) - len(fold) - len(unfold) }
		page, m.listed = w.appendSection(page, w.decisionList(m, m.sure, "", len(m.sure)), left()-min(smaller, left()/2))
		var listed int
		room := left()
		page, listed = w.appendSection(append(page, fold...), w.decisionList(m, m.unsure, " --suggested", maxUnsure), room)
		page = append(page, "\n"+unfold...)
		m.listed += listed
	}
	m.unseen = len(m.sure) + len(m.unsure) - m.listed
	return page
}

func (w *writer) decisionList(m *month, list []*Decision, flag string, most int) section {
	return section{
		count: len(list),
		most:  most,
		entry: func(b []byte, i int) []byte { return w.appendDecision(b, list[i]) },
		more:  "session-sync decisions" + m.flags() + flag,
	}
}

// flags narrow a command to the month.
func (m *month) flags() string {
	first, err := time.Parse("2006-01", m.name)
	if err != nil {
		return ""
	}
	return " --since " + first.Format(dayLayout) + " --until " + first.AddDate(0, 1, 0).Format(dayLayout)
}

func (w *writer) appendDecision(b []byte, d *Decision) []byte {
	b = append(w.appendText(append(b, "- **"...), cmp.Or(w.kinds[d.Item.Kind], d.Item.Kind)), "** "...)
	b = append(appendID(w.appendTitle(b, d.Item), d.Item.ID), '\n')
	b = append(w.appendSource(append(b, nested...), d.Item), '\n')
	return w.appendQuote(b, d.Item)
}

// index renders index.json in at most limit bytes: the months, and the newest
// decisions, cancelled ones too. The months must have been rendered.
func (b Board) index(months []*month, limit int) []byte {
	list := []byte(schema + `,"months":[`)
	list, _ = appendObjects(list, len(months), limit/2, func(b []byte, i int) []byte {
		m := months[i]
		b = plaintext.AppendMember(append(b, '{'), "month", m.name)
		b = plaintext.AppendMember(b, "file", m.file())
		b = plaintext.AppendNumber(b, "count", m.listed)
		return append(plaintext.AppendNumber(b, "omitted", m.unseen), '}')
	})
	list = append(list, "\n],\"items\":["...)
	list, _ = appendObjects(list, min(len(b.Decisions), maxIndexed), limit-len(jsonTail), func(text []byte, i int) []byte {
		return appendDecisionObject(text, &b.Decisions[i])
	})
	return append(list, jsonTail...)
}
