package extract

import "strings"

// turn is a message as the models see it.
type turn struct {
	id        string
	role      Role
	origin    Origin
	at        Moment
	text      string // with a blank middle when it is long
	low       string
	sentences []sentence
	speaker   span // name before the colon in a group chat, else empty
	heard     heard
}

// heard is what the session remembers of a turn.
type heard struct {
	role    Role
	at      Moment
	group   bool
	cues    Cues   // of the whole turn
	first   Cues   // of its first sentence
	last    Cues   // of its last sentence
	opening string // its first sentence, in lower case, cut
	closing string // its last sentence, in lower case, cut
	offer   string // the sentence that asks, offers or proposes, cut
	scores  Scores // the best linear scores in it
}

const maxHeard = 240 // bytes kept of each sentence

// listen reads a message.
func (x *Extractor) listen(m Message) turn {
	m.Text = masked(m.Text, x.thrift.window(m.Role))
	t := turn{id: m.ID, role: m.Role, origin: m.Origin, at: m.At, text: m.Text, low: lower(m.Text)}
	if m.Role == User {
		t.speaker = speakerOf(m.Text)
	}
	t.sentences = sentences(m.Text, x.thrift.window(m.Role))
	t.heard = heard{role: m.Role, at: m.At, group: t.speaker.end > 0}
	for i := range t.sentences {
		s := &t.sentences[i]
		if t.speaker.end > 0 && s.start == 0 && s.end > t.speaker.end {
			*s = sentence{start: t.speaker.end, end: s.end}
			inner := trim(m.Text, span{s.start, s.end})
			s.start, s.end = inner.start, inner.end
			s.atoms = atoms(m.Text, inner)
		}
		low := t.low[s.start:markEnd(m.Text, s.end)]
		cues := x.lexicon.cues(low)
		t.heard.cues |= cues
		s.timely = cues.has(CueTime) || strings.ContainsAny(low, "0123456789")
		if i == 0 {
			t.heard.first, t.heard.opening = cues, cutString(low, maxHeard)
		}
		if i == len(t.sentences)-1 {
			t.heard.last, t.heard.closing = cues, cutString(low, maxHeard)
		}
		if cues&offering != 0 {
			t.heard.offer = cutString(m.Text[s.start:s.end], maxHeard)
		}
	}
	return t
}

const offering = 1<<CueQuestion | 1<<CueOffer | 1<<CueRecommend | 1<<CueOption

// markEnd takes the closing mark back in, since a question mark tells the act.
func markEnd(text string, end int) int {
	for _, mark := range []string{"？", "?", "！", "!", "…"} {
		if strings.HasPrefix(text[end:], mark) {
			return end + len(mark)
		}
	}
	return end
}

func cutString(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xc0 == 0x80 {
		most--
	}
	return s[:most]
}

// speakerOf finds the name that begins a message of a group chat.
func speakerOf(text string) span {
	head := cutString(text, 32)
	at := strings.IndexAny(head, ":：")
	if at <= 0 || strings.ContainsAny(head[:at], "，。,.?!？！/0123456789\"'`") || strings.Count(head[:at], " ") > 1 {
		return span{}
	}
	if head[at] == ':' && (at+1 >= len(head) || head[at+1] != ' ') {
		return span{}
	}
	if first := head[0]; first < 0x80 && (first < 'A' || first > 'Z') || first >= 0x80 && at > 12 {
		return span{}
	}
	size := 1
	if head[at] != ':' {
		size = len("：")
	}
	end := at + size
	for end < len(text) && text[end] == ' ' {
		end++
	}
	return span{0, end}
}

// maxPast is how many turns the session remembers.
const maxPast = 4
