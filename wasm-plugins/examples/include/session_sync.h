/*
 * The contract between session-sync and its plugins, version 1, for C without a
 * standard library. ABI.md describes it. Include this file in one source file
 * only: it holds the batch, and the answer behind it.
 *
 * A plugin defines
 *
 *     uint64_t ss_manifest(void) { return ss_json("[{...}]"); }
 *     uint64_t ss_on_sync(void)
 *     {
 *         ss_batch batch = ss_read();
 *         for (ss_message m; ss_next(&batch, &m);)
 *             ss_emit(&(ss_item){.key = ..., .kind = ..., ...});
 *         return ss_answer(state);
 *     }
 */
#ifndef SESSION_SYNC_H
#define SESSION_SYNC_H

#include <stddef.h>
#include <stdint.h>

/* A text is UTF-8 with its length in bytes; there is no zero at its end. */
typedef struct {
	const char *at;
	uint32_t length;
} ss_text;

#define SS_TEXT(literal) ((ss_text){literal, sizeof(literal) - 1})

typedef struct {
	ss_text agent, key, channel, kind, title, time_zone; /* the session */
	ss_text plugin;                                      /* that is asked: the one of this module */
	ss_text state;                                       /* what ss_answer was given last */
	uint32_t left;                                       /* messages that ss_next has not read */
	ss_text unread;
} ss_batch;

typedef struct {
	ss_text id, role; /* user or assistant */
	int64_t time;     /* milliseconds since 1970 UTC, 0 when unknown */
	int32_t offset;   /* of local time to UTC, seconds */
	ss_text sender, channel;
	ss_text origin; /* owner, other, external or agent */
	ss_text class;  /* empty for conversation */
	ss_text text;
} ss_message;

/* Texts from body on may be left empty. */
typedef struct {
	ss_text key, kind, message_id, evidence, title;
	ss_text body, owner, due, status, resolves;
	int32_t score; /* 0 to 100 */
} ss_item;

static ss_text ss_input;      /* the batch, at the start of the free memory */
static uint32_t ss_written;   /* bytes of the answer behind it */
static uint32_t ss_emitted;   /* items of the answer */

/* The first n bytes of the free memory. */
static inline char *ss_memory(uint64_t n)
{
	extern char __heap_base;
	uint64_t pages = ((uint64_t)(uintptr_t)&__heap_base + n + 65535) >> 16;
	uint64_t have = __builtin_wasm_memory_size(0);
	if (pages > have && (pages > 65536 || __builtin_wasm_memory_grow(0, (size_t)(pages - have)) == (size_t)-1))
		__builtin_trap();
	return &__heap_base;
}

int32_t ss_abi(void) { return 1; }

char *ss_alloc(uint32_t n)
{
	ss_input = (ss_text){ss_memory(n), n};
	return (char *)ss_input.at;
}

/* Reading. A batch that ends too early stops the plugin. */

static inline ss_text ss_take(ss_text *unread, uint32_t n)
{
	if (n > unread->length)
		__builtin_trap();
	ss_text taken = {unread->at, n};
	unread->at += n;
	unread->length -= n;
	return taken;
}

static inline uint64_t ss_number(ss_text *unread, uint32_t bytes)
{
	ss_text taken = ss_take(unread, bytes);
	uint64_t n = 0;
	for (uint32_t i = 0; i < bytes; i++)
		n |= (uint64_t)(uint8_t)taken.at[i] << 8 * i;
	return n;
}

static inline ss_text ss_string(ss_text *unread) { return ss_take(unread, (uint32_t)ss_number(unread, 4)); }

static inline int ss_next(ss_batch *batch, ss_message *m)
{
	if (batch->left == 0)
		return 0;
	batch->left--;
	ss_text *unread = &batch->unread;
	m->id = ss_string(unread);
	m->role = ss_string(unread);
	m->time = (int64_t)ss_number(unread, 8);
	m->offset = (int32_t)ss_number(unread, 4);
	m->sender = ss_string(unread);
	m->channel = ss_string(unread);
	m->origin = ss_string(unread);
	m->class = ss_string(unread);
	m->text = ss_string(unread);
	return 1;
}

/* Writing. */

static inline void ss_put(const char *bytes, uint32_t n)
{
	char *to = ss_memory((uint64_t)ss_input.length + ss_written + n) + ss_input.length + ss_written;
	for (uint32_t i = 0; i < n; i++)
		to[i] = bytes[i];
	ss_written += n;
}

#define SS_PUT(literal) ss_put(literal, sizeof(literal) - 1)

static inline void ss_put_string(ss_text s)
{
	SS_PUT("\"");
	for (uint32_t i = 0; i < s.length; i++) {
		uint8_t c = (uint8_t)s.at[i];
		if (c < ' ') {
			SS_PUT("\\u00");
			ss_put(&"0123456789abcdef"[c >> 4], 1);
			ss_put(&"0123456789abcdef"[c & 15], 1);
			continue;
		}
		if (c == '"' || c == '\\')
			SS_PUT("\\");
		ss_put(&s.at[i], 1);
	}
	SS_PUT("\"");
}

static inline void ss_put_number(uint32_t n)
{
	if (n >= 10)
		ss_put_number(n / 10);
	ss_put(&"0123456789"[n % 10], 1);
}

static inline void ss_put_base64(ss_text s)
{
	const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (uint32_t i = 0; i < s.length; i += 3) {
		uint32_t there = s.length - i < 3 ? s.length - i : 3, bits = 0;
		for (uint32_t j = 0; j < there; j++)
			bits |= (uint32_t)(uint8_t)s.at[i + j] << (16 - 8 * j);
		for (uint32_t j = 0; j <= there; j++)
			ss_put(&digits[bits >> (18 - 6 * j) & 63], 1);
		ss_put("==", 3 - there);
	}
}

static inline void ss_put_field(const char *name, uint32_t n, ss_text value)
{
	if (value.length == 0)
		return;
	ss_put(name, n);
	ss_put_string(value);
}

#define SS_PUT_FIELD(name, value) ss_put_field(",\"" name "\":", sizeof(name) + 3, value)

static inline uint64_t ss_give(void)
{
	return (uint64_t)(uintptr_t)(ss_memory(0) + ss_input.length) << 32 | ss_written;
}

/* An answer that is JSON already. */
static inline uint64_t ss_json(const char *json)
{
	ss_written = 0;
	while (*json)
		ss_put(json++, 1);
	return ss_give();
}

/* Begins the answer and gives the batch. Call it first. */
static inline ss_batch ss_read(void)
{
	ss_written = ss_emitted = 0;
	SS_PUT("{\"items\":[");
	ss_batch batch = {.unread = ss_input};
	if (ss_number(&batch.unread, 4) != 1)
		__builtin_trap();
	batch.agent = ss_string(&batch.unread);
	batch.key = ss_string(&batch.unread);
	batch.channel = ss_string(&batch.unread);
	batch.kind = ss_string(&batch.unread);
	batch.title = ss_string(&batch.unread);
	batch.time_zone = ss_string(&batch.unread);
	batch.plugin = ss_string(&batch.unread);
	batch.state = ss_string(&batch.unread);
	batch.left = (uint32_t)ss_number(&batch.unread, 4);
	return batch;
}

static inline void ss_emit(const ss_item *item)
{
	if (ss_emitted++ > 0)
		SS_PUT(",");
	SS_PUT("{\"score\":");
	ss_put_number((uint32_t)item->score);
	SS_PUT_FIELD("key", item->key);
	SS_PUT_FIELD("kind", item->kind);
	SS_PUT_FIELD("message_id", item->message_id);
	SS_PUT_FIELD("evidence", item->evidence);
	SS_PUT_FIELD("title", item->title);
	SS_PUT_FIELD("body", item->body);
	SS_PUT_FIELD("owner", item->owner);
	SS_PUT_FIELD("due", item->due);
	SS_PUT_FIELD("status", item->status);
	SS_PUT_FIELD("resolves", item->resolves);
	SS_PUT("}");
}

/* Ends the answer. The state is in the next batch of this session. */
static inline uint64_t ss_answer(ss_text state)
{
	SS_PUT("],\"state\":\"");
	ss_put_base64(state);
	SS_PUT("\"}");
	return ss_give();
}

#endif
