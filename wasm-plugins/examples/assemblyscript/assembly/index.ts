/**
 * decision-lines is a plugin that finds decisions which are said as such.
 *
 * "Decision: ..." and "决定：..." at the start of a sentence are decisions;
 * "Correction: ..." and "更正：..." replace the newest one of the session. What
 * was fetched or quoted decides nothing.
 */
import { Item, answer, json, read } from "./session_sync";
export { ss_abi, ss_alloc } from "./session_sync";

/** Raise the version when what the plugin finds changes: all sessions are then read again. */
export function ss_manifest(): u64 {
  return json(
    '[{"name":"decision-lines","version":"1","title":"Decisions / 决定",' +
      '"about":"Finds sentences that begin with \\"Decision:\\" or \\"决定：\\"."}]'
  );
}

/**
 * The state is how many decisions the session has, in decimal digits, so that it
 * makes no difference how its messages were divided into batches.
 */
export function ss_on_sync(): u64 {
  const batch = read();
  const items: Item[] = [];
  let count: i32 = 0;
  for (let i = 0; i < batch.state.length; i++) count = count * 10 + batch.state[i] - 0x30;
  for (let i = 0; i < batch.messages.length; i++) {
    const m = batch.messages[i];
    if (m.origin == "external") continue;
    const list = sentences(m.text);
    for (let j = 0; j < list.length; j++) {
      const found = decision(list[j]);
      if (found.title.length == 0 || (!found.isNew && count == 0)) continue;
      if (found.isNew) count++;
      const item = new Item();
      item.key = "decision-" + count.toString();
      item.kind = "decision";
      item.messageId = m.id;
      item.evidence = list[j];
      item.title = found.title;
      item.score = 80;
      items.push(item);
    }
  }
  return answer(Uint8Array.wrap(String.UTF8.encode(count.toString())), items);
}

class Decision {
  title: string = ""; // empty when nothing is decided
  isNew: bool = false; // not a correction of what was decided last
}

function decision(sentence: string): Decision {
  const most = 400; // bytes; a title may have 500
  const found = new Decision();
  if (String.UTF8.byteLength(sentence) > most) return found;
  const decisions = ["Decision:", "决定:", "决定："];
  const corrections = ["Correction:", "更正:", "更正："];
  for (let i = 0; i < 3; i++) {
    if (sentence.startsWith(decisions[i])) {
      found.title = oneLine(sentence.slice(decisions[i].length));
      found.isNew = true;
    } else if (sentence.startsWith(corrections[i])) {
      found.title = oneLine(sentence.slice(corrections[i].length));
    }
  }
  return found;
}

/** Puts blanks for what a title must not have. */
function oneLine(s: string): string {
  let out = "";
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    const bad = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
    out += bad ? " " : s.charAt(i);
  }
  return trim(out);
}

/** Sentences end with their line, behind 。！？, and behind . ! ? before a blank. */
function sentences(text: string): string[] {
  const found: string[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    let start = 0;
    for (let at = 0; at < line.length; at++) {
      let wide = false;
      let end = at;
      for (; end < line.length && ".!?。！？".includes(line.charAt(end)); end++) {
        wide = wide || "。！？".includes(line.charAt(end));
      }
      if (end == at) continue;
      if (wide || end == line.length || line.charAt(end).trim() == "") {
        found.push(withoutBullet(line.slice(start, end)));
        start = end;
      }
      at = end - 1;
    }
    found.push(withoutBullet(line.slice(start)));
  }
  return found;
}

function withoutBullet(s: string): string {
  s = trim(s);
  while (s.length > 0 && ">#-*".includes(s.charAt(0))) s = s.slice(1).trimStart();
  return s;
}

/** String.trim of version 0.28 leaves blanks when more than half of the string is blank at its start. */
function trim(s: string): string {
  return s.trimStart().trimEnd();
}
