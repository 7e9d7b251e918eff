/**
 * The contract between session-sync and its plugins, version 1, for
 * AssemblyScript. ABI.md describes it.
 *
 * A plugin exports ss_abi and ss_alloc of this file, and two functions more:
 *
 *     export function ss_manifest(): u64 { return json("[{...}]"); }
 *     export function ss_on_sync(): u64 {
 *       const batch = read();
 *       const items: Item[] = [];
 *       ...
 *       return answer(state, items);
 *     }
 */

/** What a plugin is shown: new messages of one session, in their order. */
export class Batch {
  agent: string = "";
  key: string = "";
  channel: string = "";
  kind: string = "";
  title: string = "";
  timeZone: string = "";
  plugin: string = ""; // that is asked: the one of this module
  state: Uint8Array = new Uint8Array(0); // of the answer before; empty in the first batch of a session
  messages: Message[] = [];
}

export class Message {
  id: string = "";
  role: string = ""; // user or assistant
  time: i64 = 0; // milliseconds since 1970 UTC, 0 when unknown
  offset: i32 = 0; // of local time to UTC, seconds
  sender: string = "";
  channel: string = "";
  origin: string = ""; // owner, other, external or agent
  class: string = ""; // empty for conversation
  text: string = "";
}

/** Strings from body on may be left empty. */
export class Item {
  key: string = "";
  kind: string = "";
  messageId: string = "";
  evidence: string = "";
  title: string = "";
  body: string = "";
  owner: string = "";
  due: string = "";
  status: string = "";
  resolves: string = "";
  tags: string[] = [];
  score: i32 = 0; // 0 to 100
}

// Held here, so that they are not collected while the host knows their addresses.
let input = new ArrayBuffer(0);
let output = new ArrayBuffer(0);

export function ss_abi(): u32 {
  return 1;
}

export function ss_alloc(n: u32): usize {
  input = new ArrayBuffer(n);
  return changetype<usize>(input);
}

/** An answer that is JSON already. */
export function json(text: string): u64 {
  output = String.UTF8.encode(text);
  return ((<u64>changetype<usize>(output)) << 32) | (<u64>output.byteLength);
}

/** The batch. One that ends too early stops the plugin. */
export function read(): Batch {
  const reader = new Reader(new DataView(input));
  assert(reader.number() == 1, "the batch is of another version");
  const batch = new Batch();
  batch.agent = reader.string();
  batch.key = reader.string();
  batch.channel = reader.string();
  batch.kind = reader.string();
  batch.title = reader.string();
  batch.timeZone = reader.string();
  batch.plugin = reader.string();
  batch.state = Uint8Array.wrap(reader.bytes());
  for (let left = reader.number(); left > 0; left--) {
    const m = new Message();
    m.id = reader.string();
    m.role = reader.string();
    m.time = reader.long();
    m.offset = reader.number();
    m.sender = reader.string();
    m.channel = reader.string();
    m.origin = reader.string();
    m.class = reader.string();
    m.text = reader.string();
    batch.messages.push(m);
  }
  return batch;
}

class Reader {
  at: i32 = 0;

  constructor(private view: DataView) {}

  number(): i32 {
    this.at += 4;
    return this.view.getInt32(this.at - 4, true);
  }

  long(): i64 {
    this.at += 8;
    return this.view.getInt64(this.at - 8, true);
  }

  bytes(): ArrayBuffer {
    const n = this.number();
    assert(n >= 0 && n <= this.view.byteLength - this.at, "the batch is cut off");
    this.at += n;
    return this.view.buffer.slice(this.at - n, this.at);
  }

  string(): string {
    return String.UTF8.decode(this.bytes());
  }
}

/** The answer. The state is in the next batch of this session. */
export function answer(state: Uint8Array, items: Item[]): u64 {
  const list = items.map<string>((item) => itemJSON(item)).join(",");
  return json('{"state":"' + base64(state) + '","items":[' + list + "]}");
}

function itemJSON(item: Item): string {
  return (
    '{"score":' +
    item.score.toString() +
    field("key", item.key) +
    field("kind", item.kind) +
    field("message_id", item.messageId) +
    field("evidence", item.evidence) +
    field("title", item.title) +
    field("body", item.body) +
    field("owner", item.owner) +
    field("due", item.due) +
    field("status", item.status) +
    field("resolves", item.resolves) +
    ',"tags":[' +
    item.tags.map<string>((tag) => quoted(tag)).join(",") +
    "]}"
  );
}

function field(name: string, value: string): string {
  return value.length > 0 ? ',"' + name + '":' + quoted(value) : "";
}

function quoted(s: string): string {
  let out = "";
  let start = 0; // of what needs no escape and is not in out yet
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c >= 0x20 && c != 0x22 && c != 0x5c) continue;
    out += s.slice(start, i);
    out += c < 0x20 ? "\\u00" + (c >> 4).toString() + "0123456789abcdef".charAt(c & 15) : "\\" + s.charAt(i);
    start = i + 1;
  }
  return '"' + out + s.slice(start) + '"';
}

function base64(bytes: Uint8Array): string {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    let bits: u32 = 0;
    for (let j = i; j < i + 3; j++) bits = (bits << 8) | (j < bytes.length ? bytes[j] : 0);
    for (let j = 0; j < 4; j++) out += i + j <= bytes.length ? digits.charAt((bits >> (18 - 6 * j)) & 63) : "=";
  }
  return out;
}
