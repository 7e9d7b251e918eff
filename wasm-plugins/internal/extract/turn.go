package extract

import "strings"

// turn is a message as the models see it. Its lists are used again for a later
// message.
type turn struct {
	id     string
	role   Role
	origin Origin
	at     Moment
	text   string
	// parts are what is read of the text: all of a short message, both ends of a
	// long one. Where the middle is not kept, gap is its length.
	parts     [2]span
	gap       int
	group     bool // the text begins with a name
	sentences []sentence
	tokens    []token
	passed    bool // a sentence passed a gate
	heard     heard
}

// heard is what the session remembers of a turn.
type heard struct {
	role    Role
	unix    int64
	last    Cues   // of its last sentence
	closing string // its last sentence, cut
	offer   string // the sentence by which the owner or the agent asks, offers or proposes, cut
}

const maxHeard = 160 // bytes kept of each sentence

const offering = 1<<CueQuestion | 1<<CueOffer | 1<<CueRecommend | 1<<CueOption

// listen reads a message that follows what was heard before.
func (x *Extractor) listen(t *turn, m Message, before *heard) {
	*t = turn{
		id: m.ID, role: m.Role, origin: m.Origin, at: m.At, text: m.Text,
		sentences: t.sentences, tokens: t.tokens,
	}
	window := x.thrift.window(m.Role)
	if x.lectures(t) {
		t.parts = [2]span{{}, ending(m.Text, window)}
	} else {
		t.parts = windows(m.Text, window)
	}
	x.attend(t, before)
}

// lectures tells whether a turn is a long answer. Most text is, and no item of
// the labelled conversations stands in one: only its last words are heard, for
// what it waits for.
func (x *Extractor) lectures(t *turn) bool {
	return t.role == Agent && t.size() > 2*x.thrift.agentWindow
}

// windows gives what deserves reading of a text: conclusions stand first or last
// and the middle of a long text is material. Either end holds whole sentences.
func windows(text string, window int) [2]span {
	if len(text) <= 2*window {
		return [2]span{{0, len(text)}, {len(text), len(text)}}
	}
	head := window
	for head > 0 && !startsSentence(text, head) {
		head--
	}
	return [2]span{{0, head}, ending(text, window)}
}

// ending gives the last whole sentences of a text that is longer than window.
func ending(text string, window int) span {
	tail := len(text) - window
	for tail < len(text) && !startsSentence(text, tail) {
		tail++
	}
	return span{tail, len(text)}
}

// startsSentence tells whether the text before i ends a line or sentence.
func startsSentence(text string, i int) bool {
	switch text[i-1] {
	case '\n':
		return true
	case ' ':
		return i > 1 && (text[i-2] == '.' || text[i-2] == '?' || text[i-2] == '!')
	case 0x82, 0x81, 0x9f:
		return i > 2 && (text[i-3:i] == "。" || text[i-3:i] == "！" || text[i-3:i] == "？")
	}
	return false
}

// attend finds sentences, cues and what passes the gate in the text of a turn.
func (x *Extractor) attend(t *turn, before *heard) {
	speech := 0
	if t.role == User {
		head := t.text[:t.parts[0].end]
		envelope := envelopeEnd(head)
		name := speechStart(head[envelope:])
		speech, t.group = envelope+name, name > 0
	}
	t.scan(speech)
	t.heard = heard{role: t.role, unix: t.at.Unix}
	t.passed = false
	heeded := t.role <= Agent && !x.lectures(t)
	for i := range t.sentences {
		s := &t.sentences[i]
		s.cues = x.lexicon.mark(t.tokens[s.from:s.to])
		if s.cues&offering != 0 && !t.origin.foreign() { // an answer does not take it over
			t.heard.offer = cutString(t.text[s.start:s.end], maxHeard)
		}
		s.passed = 0
		if heeded {
			s.passed = x.passes(t, i, before)
			t.passed = t.passed || s.passed != 0
		}
	}
	if n := len(t.sentences); n > 0 {
		s := &t.sentences[n-1]
		t.heard.last, t.heard.closing = s.cues, cutString(t.text[s.start:s.end], maxHeard)
	}
}

// place gives where a place of the text stands in the message.
func (t *turn) place(at int) int {
	if at >= t.parts[1].start {
		return at + t.gap
	}
	return at
}

// size is the length of the message.
func (t *turn) size() int { return len(t.text) + t.gap }

func cutString(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xc0 == 0x80 {
		most--
	}
	return s[:most]
}

// envelopeEnd is where a message goes on after the channel, name and time in
// brackets that some channels put before it, 0 without them.
func envelopeEnd(text string) int {
	if len(text) < 2 || text[0] != '[' || text[1] < 'A' || text[1] > 'z' {
		return 0
	}
	head := cutString(text, 96)
	end := strings.Index(head, "] ")
	if end < 0 || !strings.ContainsAny(head[:end], "0123456789") {
		return 0
	}
	return end + len("] ")
}

// speechStart is where a message of a group chat goes on after the name it
// begins with, 0 without one.
func speechStart(text string) int {
	if text == "" || text[0] < 'A' || text[0] > 'Z' && text[0] < 0x80 {
		return 0
	}
	head := cutString(text, 32)
	at := colon(head)
	if at <= 0 || strings.ContainsAny(head[:at], "，。,.?!？！/0123456789\"'`") || strings.Count(head[:at], " ") > 1 {
		return 0
	}
	if head[at] == ':' && (at+1 >= len(head) || head[at+1] != ' ') {
		return 0
	}
	if head[0] >= 0x80 && at > 12 || isHeading(head[:at]) {
		return 0
	}
	end := at + 1
	if head[at] != ':' {
		end = at + len("：")
	}
	for end < len(text) && text[end] == ' ' {
		end++
	}
	return end
}

// colon is where the first colon stands, narrow or wide, -1 without one.
func colon(text string) int {
	for i := range len(text) {
		if text[i] == ':' || text[i] == 0xef && strings.HasPrefix(text[i:], "：") {
			return i
		}
	}
	return -1
}

// isHeading tells whether what stands before a colon says what the line is, as in
// "Final decision: ", and is nobody's name.
func isHeading(text string) bool {
	switch strings.ToLower(text[strings.LastIndexByte(text, ' ')+1:]) {
	case "decision", "todo", "note", "update", "reminder", "question", "answer", "action",
		"result", "deadline", "summary", "plan", "fyi", "ps":
		return true
	}
	for _, word := range [...]string{"决定", "结论", "待办", "任务", "备注", "注意", "提醒", "问题", "更新", "结果", "方案", "时间", "地点"} {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return false
}

// maxPast is how many turns the session remembers.
const maxPast = 4
