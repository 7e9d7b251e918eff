//! decision-lines is a plugin that finds decisions which are said as such.
//!
//! "Decision: ..." and "决定：..." at the start of a sentence are decisions;
//! "Correction: ..." and "更正：..." replace the newest one of the session. What
//! was fetched or quoted decides nothing.

mod session_sync;

use session_sync::Item;

/// Raise the version when what the plugin finds changes: all sessions are then
/// read again.
#[no_mangle]
pub extern "C" fn ss_manifest() -> u64 {
    session_sync::json(
        r#"[{"name":"decision-lines","version":"1","title":"Decisions / 决定","about":"Finds sentences that begin with \"Decision:\" or \"决定：\"."}]"#,
    )
}

/// The state is how many decisions the session has, in decimal digits, so that it
/// makes no difference how its messages were divided into batches.
#[no_mangle]
pub extern "C" fn ss_on_sync() -> u64 {
    session_sync::answer(|batch, answer| {
        let state = String::from_utf8(batch.state.clone()).unwrap();
        let mut count: u32 = if state.is_empty() { 0 } else { state.parse().unwrap() };
        for m in batch.messages.iter().filter(|m| m.origin != "external") {
            for sentence in sentences(&m.text) {
                let (title, is_new) = match decision(sentence) {
                    Some(found) => found,
                    None => continue,
                };
                if title.is_empty() || !is_new && count == 0 {
                    continue;
                }
                count += is_new as u32;
                answer.items.push(Item {
                    key: format!("decision-{}", count),
                    kind: "decision".into(),
                    message_id: m.id.clone(),
                    evidence: sentence.into(),
                    title,
                    score: 80,
                    ..Item::default()
                });
            }
        }
        answer.state = count.to_string().into_bytes();
    })
}

/// What a sentence decides, and whether that is new or corrects what was decided
/// last.
fn decision(sentence: &str) -> Option<(String, bool)> {
    const MOST: usize = 400; // bytes; a title may have 500
    if sentence.len() > MOST {
        return None;
    }
    let behind = |marks: [&str; 3]| marks.iter().find_map(|mark| sentence.strip_prefix(mark));
    match behind(["Decision:", "决定:", "决定："]) {
        Some(rest) => Some((one_line(rest), true)),
        None => Some((one_line(behind(["Correction:", "更正:", "更正："])?), false)),
    }
}

/// Puts blanks for what a title must not have.
fn one_line(s: &str) -> String {
    let is_bad = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
    s.replace(is_bad, " ").trim().into()
}

/// Sentences end with their line, behind 。！？, and behind . ! ? before a blank.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.split('\n') {
        let mut start = 0;
        let mut marks = ""; // of the end that may be here
        for (at, c) in line.char_indices() {
            if ".!?。！？".contains(c) {
                marks = &line[at - marks.len()..at + c.len_utf8()];
                continue;
            }
            if marks.contains(|mark: char| "。！？".contains(mark)) || !marks.is_empty() && c.is_whitespace() {
                found.push(&line[start..at]);
                start = at;
            }
            marks = "";
        }
        found.push(&line[start..]);
    }
    let is_bullet = |c: char| c.is_whitespace() || ">#-*".contains(c);
    found.iter().map(|s| s.trim_start_matches(is_bullet).trim_end()).collect()
}
