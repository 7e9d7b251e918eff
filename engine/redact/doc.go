// Package redact finds secrets and personal data in text and puts placeholders in their place.
//
// It promises: whole messages only, never slices; time linear in the length of
// the text whatever the text holds; spans on rune boundaries, sorted and
// without overlap; text outside the spans unchanged; a second run that changes
// nothing. Quotes, key names, schemes and hosts stay, so `KEY="[API_KEY]"`
// reads like the original. One exception to validity is known: a bare JSON
// number that is a phone becomes a placeholder without quotes.
//
// It refuses to guess: entropy alone never makes a secret. Evidence comes in
// two tiers. A self-evident shape (vendor prefix with its length and alphabet,
// check digits, PEM marks) needs no context; a value without shape needs a key
// word beside it. Template variables, code, masks (`***`, `sk-pro…CDEF`) and
// placeholders are left alone. Names of people and postal addresses are not
// found: no rule is precise enough.
//
// One Aho-Corasick pass over the bytes, ASCII letters folded, finds where key
// words, prefixes, digits and '@' stand; detectors look only there. The tests
// hold a naive scanner that tries every detector at every position and prove
// that both find the same.
//
// Vendor formats follow the makers' public documentation and the rule data of
// gitleaks (MIT) and OpenClaw 2026.9.6 (MIT). Resident numbers follow GB 11643
// (check digit ISO 7064 MOD 11-2), cards ISO/IEC 7812 (Luhn), international
// numbers ITU-T E.164. Numbers that only count (sizes, ids, timestamps, order
// numbers) are told apart by the words beside them.
package redact
