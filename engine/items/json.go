package items

import (
	"slices"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// The layout around the objects of a list; each of them stands on a line.
const (
	schema    = `{"schema_version":1`
	firstLine = "\n"
	nextLine  = ",\n"
	jsonTail  = "\n]}\n"
)

// todoList renders todos.json: open todos, then the others, each newest first,
// as many as there is room for.
func (b Board) todoList(opt Options) []byte {
	todos := make([]*Todo, len(b.Todos))
	for i := range b.Todos {
		todos[i] = &b.Todos[i]
	}
	slices.SortStableFunc(todos, func(a, b *Todo) int {
		switch {
		case a.Open() == b.Open():
			return 0
		case a.Open():
			return -1
		}
		return 1
	})
	head := func(omitted int) []byte {
		return append(plaintext.AppendNumber([]byte(schema), "omitted", omitted), `,"todos":[`...)
	}
	list, listed := appendObjects(nil, len(todos), opt.Bytes-len(head(len(todos)))-len(jsonTail), func(b []byte, i int) []byte {
		return appendTodoObject(b, todos[i])
	})
	return slices.Concat(head(len(todos)-listed), list, []byte(jsonTail))
}

// appendObjects appends up to count objects, one a line, as long as they fit
// into limit bytes. One that would take an eighth of that is left out: anyone
// who can post to a webhook can make one. It returns how many are there.
func appendObjects(b []byte, count, limit int, object func(b []byte, i int) []byte) (list []byte, listed int) {
	separator := firstLine
	for i := range count {
		size := len(b)
		b = object(append(b, separator...), i)
		if len(b)-size > limit/8 {
			b = b[:size]
			continue
		}
		if len(b) > limit {
			return b[:size], listed
		}
		separator = nextLine
		listed++
	}
	return b, listed
}

func appendDecisionObject(b []byte, d *Decision) []byte {
	b = appendItemMembers(append(b, '{'), d.Item, d.Tier)
	b = plaintext.AppendOptional(b, "status", string(d.State))
	return append(appendVerdict(b, d.Verdict), '}')
}

func appendTodoObject(b []byte, t *Todo) []byte {
	b = appendItemMembers(append(b, '{'), t.Item, t.Tier)
	b = plaintext.AppendMember(b, "status", string(t.State))
	b = plaintext.AppendOptional(b, "owner", string(t.Item.Owner))
	b = plaintext.AppendOptional(b, "due", t.Item.Due)
	b = plaintext.AppendTime(b, "closed_at", t.ClosedAt)
	b = appendReportObject(b, "closed_by", t.ClosedBy)
	b = appendReportObject(b, "possibly_closed_by", t.MaybeClosedBy)
	b = plaintext.AppendOptional(b, "same_as", t.SameAs)
	return append(appendVerdict(b, t.Verdict), '}')
}

func appendItemMembers(b []byte, it *session.Item, tier Tier) []byte {
	b = plaintext.AppendMember(b, "id", it.ID)
	b = plaintext.AppendMember(b, "kind", it.Kind)
	b = plaintext.AppendMember(b, "title", it.Title)
	b = plaintext.AppendOptional(b, "body", it.Body)
	b = plaintext.AppendMember(b, "tier", string(tier))
	b = plaintext.AppendNumber(b, "score", it.Score)
	if len(it.Tags) > 0 {
		b = append(plaintext.AppendName(b, "tags"), '[')
		for i, tag := range it.Tags {
			if i > 0 {
				b = append(b, ',')
			}
			b = plaintext.AppendString(b, tag)
		}
		b = append(b, ']')
	}
	b = plaintext.AppendMember(b, "plugin", it.Plugin)
	return appendProvenance(b, it)
}

func appendProvenance(b []byte, it *session.Item) []byte {
	b = plaintext.AppendMember(b, "agent", it.Agent)
	b = plaintext.AppendMember(b, "session_key", it.SessionKey)
	b = plaintext.AppendMember(b, "message_id", it.MessageID)
	b = plaintext.AppendTime(b, "timestamp", it.Time)
	b = plaintext.AppendOptional(b, "channel", it.Channel)
	b = plaintext.AppendOptional(b, "sender", it.Sender)
	b = plaintext.AppendMember(b, "origin", string(it.Origin))
	return plaintext.AppendMember(b, "evidence", it.Evidence)
}

func appendReportObject(b []byte, name string, report *session.Item) []byte {
	if report == nil {
		return b
	}
	b = plaintext.AppendMember(append(plaintext.AppendName(b, name), '{'), "id", report.ID)
	return append(appendProvenance(b, report), '}')
}

func appendVerdict(b []byte, v *session.Verdict) []byte {
	if v == nil {
		return b
	}
	b = plaintext.AppendMember(append(plaintext.AppendName(b, "verdict"), '{'), "status", string(v.Status))
	return append(plaintext.AppendTime(b, "at", v.At), '}')
}
