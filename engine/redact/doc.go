// Package redact finds secrets and personal data in text and puts placeholders in their place.
//
// It promises: whole messages only, never slices; time linear in the length of
// the text whatever the text holds; spans on rune boundaries, sorted and
// without overlap; text outside the spans unchanged; a second run that changes
// nothing. Quotes, key names, schemes and hosts stay, so `KEY="[API_KEY]"`
// reads like the original, and JSON stays JSON: a bare number gets quotes, and
// a key that was cut off ends with the string it stands in.
//
// It refuses to guess: entropy alone never makes a secret. Evidence comes in
// tiers. A self-evident shape (vendor prefix with its length and alphabet,
// check digits, PEM marks) needs no context; a value without shape needs its
// name right beside it; some words away from the name only a value counts that
// can hardly be anything else. Template variables, code, masks (`***`,
// `sk-pro…CDEF`) and placeholders are left alone. Names of people and postal
// addresses are not found: no rule is precise enough.
//
// One Aho-Corasick pass over the bytes, ASCII letters folded, finds where key
// words, prefixes, digits and '@' stand; detectors look only there. The tests
// hold a naive scanner that tries every detector at every position and prove
// that both find the same.
//
// Each family of secrets has a file with its table. A row names a rule and
// holds texts that it must find and texts that look alike and must stay; the
// tests fill their places such as {b62:20}, so no source file holds what looks
// like a secret. [Options] are the user's own rules, which add to the tables.
//
// Vendor formats follow the makers' public documentation and the public rule
// sets named in NOTICES.md. Resident numbers follow GB 11643 (check digit ISO
// 7064 MOD 11-2), cards ISO/IEC 7812 (Luhn), international numbers ITU-T
// E.164. Numbers that only count (sizes, ids, timestamps, order numbers) are
// told apart by the words beside them.
//
// The package is large because its tables are, and because the families read
// names, links and values in the same way.
package redact
