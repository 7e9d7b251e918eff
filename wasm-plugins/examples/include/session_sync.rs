//! The contract between session-sync and its plugins, version 1, for Rust with
//! nothing but its standard library. ABI.md describes it.
//!
//! A plugin has two functions more than this file:
//!
//!     #[no_mangle]
//!     pub extern "C" fn ss_manifest() -> u64 { session_sync::json(r#"[{...}]"#) }
//!
//!     #[no_mangle]
//!     pub extern "C" fn ss_on_sync() -> u64 { session_sync::answer(|batch, answer| ...) }
#![allow(dead_code)]

use std::cell::RefCell;

/// What a plugin is shown: new messages of one session, in their order.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub agent: String,
    pub key: String,
    pub channel: String,
    pub kind: String,
    pub title: String,
    pub time_zone: String,
    pub plugin: String, // that is asked: the one of this module
    pub state: Vec<u8>, // of the answer before; empty in the first batch of a session
    pub messages: Vec<Message>,
}

#[derive(Clone, Debug, Default)]
pub struct Message {
    pub id: String,
    pub role: String, // user or assistant
    pub time: i64,    // milliseconds since 1970 UTC, 0 when unknown
    pub offset: i32,  // of local time to UTC, seconds
    pub sender: String,
    pub channel: String,
    pub origin: String, // owner, other, external or agent
    pub class: String,  // empty for conversation
    pub text: String,
}

/// What a plugin answers.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub state: Vec<u8>,
    pub items: Vec<Item>,
}

/// Strings from body on may be left empty.
#[derive(Clone, Debug, Default)]
pub struct Item {
    pub key: String,
    pub kind: String,
    pub message_id: String,
    pub evidence: String,
    pub title: String,
    pub body: String,
    pub owner: String,
    pub due: String,
    pub status: String,
    pub resolves: String,
    pub tags: Vec<String>,
    pub score: u8, // 0 to 100
}

thread_local! {
    static INPUT: RefCell<Vec<u8>> = RefCell::new(Vec::new());
    static OUTPUT: RefCell<Vec<u8>> = RefCell::new(Vec::new());
}

#[no_mangle]
pub extern "C" fn ss_abi() -> u32 {
    1
}

#[no_mangle]
pub extern "C" fn ss_alloc(n: u32) -> *mut u8 {
    INPUT.with(|input| {
        *input.borrow_mut() = vec![0; n as usize];
        input.borrow_mut().as_mut_ptr()
    })
}

/// An answer that is JSON already.
pub fn json(text: &str) -> u64 {
    OUTPUT.with(|output| {
        *output.borrow_mut() = text.as_bytes().to_vec();
        let output = output.borrow();
        (output.as_ptr() as u64) << 32 | output.len() as u64
    })
}

/// Reads the batch, lets the function answer it and gives what it answered. The
/// state starts as that of the batch.
pub fn answer(on_sync: impl FnOnce(&Batch, &mut Answer)) -> u64 {
    let batch = INPUT.with(|input| Reader { unread: &input.borrow() }.batch());
    let mut answer = Answer { state: batch.state.clone(), items: Vec::new() };
    on_sync(&batch, &mut answer);
    json(&answer.json())
}

/// Stops the plugin at a batch that ends too early.
struct Reader<'a> {
    unread: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, unread) = self.unread.split_at(n);
        self.unread = unread;
        taken
    }

    fn number(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().unwrap())
    }

    fn bytes(&mut self) -> Vec<u8> {
        let n = self.number() as usize;
        self.take(n).to_vec()
    }

    fn string(&mut self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }

    fn batch(&mut self) -> Batch {
        assert_eq!(self.number(), 1, "the batch is of another version");
        let mut batch = Batch {
            agent: self.string(),
            key: self.string(),
            channel: self.string(),
            kind: self.string(),
            title: self.string(),
            time_zone: self.string(),
            plugin: self.string(),
            state: self.bytes(),
            messages: Vec::new(),
        };
        for _ in 0..self.number() {
            batch.messages.push(Message {
                id: self.string(),
                role: self.string(),
                time: i64::from_le_bytes(self.take(8).try_into().unwrap()),
                offset: self.number() as i32,
                sender: self.string(),
                channel: self.string(),
                origin: self.string(),
                class: self.string(),
                text: self.string(),
            });
        }
        batch
    }
}

impl Answer {
    fn json(&self) -> String {
        let items: Vec<String> = self.items.iter().map(Item::json).collect();
        format!("{{\"state\":\"{}\",\"items\":[{}]}}", base64(&self.state), items.join(","))
    }
}

impl Item {
    fn json(&self) -> String {
        let mut out = format!("{{\"score\":{}", self.score);
        for (name, value) in [
            ("key", &self.key),
            ("kind", &self.kind),
            ("message_id", &self.message_id),
            ("evidence", &self.evidence),
            ("title", &self.title),
            ("body", &self.body),
            ("owner", &self.owner),
            ("due", &self.due),
            ("status", &self.status),
            ("resolves", &self.resolves),
        ] {
            if !value.is_empty() {
                out += &format!(",\"{}\":{}", name, quoted(value));
            }
        }
        let tags: Vec<String> = self.tags.iter().map(|tag| quoted(tag)).collect();
        out + &format!(",\"tags\":[{}]}}", tags.join(","))
    }
}

fn quoted(s: &str) -> String {
    let mut out = String::from("\"");
    for c in s.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\0'..='\x1f' => out += &format!("\\u{:04x}", c as u32),
            _ => out.push(c),
        }
    }
    out + "\""
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, i| bits << 8 | *group.get(i).unwrap_or(&0) as usize);
        for i in 0..4 {
            let digit = if i <= group.len() { DIGITS[bits >> (18 - 6 * i) & 63] } else { b'=' };
            out.push(digit as char);
        }
    }
    out
}
