/*
 * decision-lines is a plugin that finds decisions which are said as such.
 *
 * "Decision: ..." and "决定：..." at the start of a sentence are decisions;
 * "Correction: ..." and "更正：..." replace the newest one of the session. What
 * was fetched or quoted decides nothing.
 */
#include "session_sync.h"

/* Raise the version when what the plugin finds changes: all sessions are then read again. */
uint64_t ss_manifest(void)
{
	return ss_json("[{\"name\":\"decision-lines\",\"version\":\"1\",\"title\":\"Decisions / 决定\","
		       "\"about\":\"Finds sentences that begin with \\\"Decision:\\\" or \\\"决定：\\\".\"}]");
}

static int starts(ss_text s, ss_text prefix)
{
	if (s.length < prefix.length)
		return 0;
	for (uint32_t i = 0; i < prefix.length; i++)
		if (s.at[i] != prefix.at[i])
			return 0;
	return 1;
}

static int equal(ss_text a, ss_text b) { return a.length == b.length && starts(a, b); }

static ss_text behind(ss_text s, uint32_t n) { return (ss_text){s.at + n, s.length - n}; }

/* How many bytes of blank stand at the start; U+3000 is the Chinese one. */
static uint32_t blank(ss_text s)
{
	if (s.length == 0)
		return 0;
	if (s.at[0] == ' ' || (s.at[0] >= '\t' && s.at[0] <= '\r'))
		return 1;
	return starts(s, SS_TEXT("\u3000")) ? 3 : 0;
}

static ss_text trim(ss_text s)
{
	for (uint32_t n; (n = blank(s)) > 0;)
		s = behind(s, n);
	for (;;) {
		if (s.length > 0 && blank(behind(s, s.length - 1)))
			s.length--;
		else if (s.length >= 3 && blank(behind(s, s.length - 3)) == 3)
			s.length -= 3;
		else
			return s;
	}
}

/* How many bytes of marks that end a sentence stand at the start; wide ones need no blank behind them. */
static uint32_t end_marks(ss_text s, int *wide)
{
	uint32_t n = 0;
	for (;; s = behind(s, s.at[0] & 0x80 ? 3 : 1)) {
		if (starts(s, SS_TEXT("。")) || starts(s, SS_TEXT("！")) || starts(s, SS_TEXT("？"))) {
			*wide = 1;
			n += 3;
		} else if (s.length > 0 && (s.at[0] == '.' || s.at[0] == '!' || s.at[0] == '?')) {
			n++;
		} else {
			return n;
		}
	}
}

/* Takes the next sentence from the text. It ends with its line at the latest. */
static int next_sentence(ss_text *text, ss_text *sentence)
{
	while (text->length > 0) {
		ss_text rest = *text;
		while (rest.length > 0 && rest.at[0] != '\n') {
			int wide = 0;
			uint32_t n = end_marks(rest, &wide);
			rest = behind(rest, n > 0 ? n : 1);
			if (n > 0 && (wide || rest.length == 0 || blank(rest)))
				break;
		}
		*sentence = trim((ss_text){text->at, (uint32_t)(rest.at - text->at)});
		while (sentence->length > 0 && (sentence->at[0] == '>' || sentence->at[0] == '#' || sentence->at[0] == '-' || sentence->at[0] == '*'))
			*sentence = trim(behind(*sentence, 1));
		*text = rest.length > 0 && rest.at[0] == '\n' ? behind(rest, 1) : rest;
		if (sentence->length > 0)
			return 1;
	}
	return 0;
}

enum { MOST = 400 }; /* bytes of a sentence; a title may have 500 */

/* Copies s to the buffer with blanks for what a title must not have: C0, C1, U+2028, U+2029. */
static ss_text one_line(ss_text s, char *buffer)
{
	uint32_t n = 0;
	while (s.length > 0) {
		uint32_t width = 1;
		uint8_t c = (uint8_t)s.at[0];
		int bad = c < ' ' || c == 0x7f;
		if (c == 0xc2 && s.length > 1 && (uint8_t)s.at[1] < 0xa0) {
			bad = 1;
			width = 2;
		} else if (starts(s, SS_TEXT("\u2028")) || starts(s, SS_TEXT("\u2029"))) {
			bad = 1;
			width = 3;
		}
		buffer[n++] = bad ? ' ' : s.at[0];
		s = behind(s, width);
	}
	return trim((ss_text){buffer, n});
}

enum mark { NO_MARK, NEW, CORRECTED };

static enum mark cut_mark(ss_text *sentence)
{
	const ss_text decisions[] = {SS_TEXT("Decision:"), SS_TEXT("决定:"), SS_TEXT("决定：")};
	const ss_text corrections[] = {SS_TEXT("Correction:"), SS_TEXT("更正:"), SS_TEXT("更正：")};
	for (int i = 0; i < 3; i++) {
		if (starts(*sentence, decisions[i])) {
			*sentence = behind(*sentence, decisions[i].length);
			return NEW;
		}
		if (starts(*sentence, corrections[i])) {
			*sentence = behind(*sentence, corrections[i].length);
			return CORRECTED;
		}
	}
	return NO_MARK;
}

/* Writes n behind the prefix, which is in the buffer. */
static ss_text numbered(char *buffer, uint32_t prefix, uint32_t n)
{
	uint32_t digits = 1;
	for (uint32_t m = n; m >= 10; m /= 10)
		digits++;
	for (uint32_t i = digits; i > 0; n /= 10)
		buffer[prefix + --i] = (char)('0' + n % 10);
	return (ss_text){buffer, prefix + digits};
}

/* The state is how many decisions the session has, in decimal digits, so that it
   makes no difference how its messages were divided into batches. */
uint64_t ss_on_sync(void)
{
	ss_batch batch = ss_read();
	uint32_t count = 0;
	for (uint32_t i = 0; i < batch.state.length; i++)
		count = count * 10 + (uint32_t)(batch.state.at[i] - '0');
	for (ss_message m; ss_next(&batch, &m);) {
		if (equal(m.origin, SS_TEXT("external")))
			continue;
		for (ss_text sentence; next_sentence(&m.text, &sentence);) {
			char line[MOST], key[32] = "decision-";
			ss_text rest = sentence;
			enum mark mark = sentence.length > MOST ? NO_MARK : cut_mark(&rest);
			if (mark == NO_MARK || (mark == CORRECTED && count == 0))
				continue;
			ss_text title = one_line(rest, line);
			if (title.length == 0)
				continue;
			count += mark == NEW;
			ss_emit(&(ss_item){
				.key = numbered(key, 9, count), .kind = SS_TEXT("decision"), .message_id = m.id,
				.evidence = sentence, .title = title, .score = 80,
			});
		}
	}
	char state[16];
	return ss_answer(numbered(state, 0, count));
}
