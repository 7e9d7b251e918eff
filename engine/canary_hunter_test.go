package engine_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/redact"
)

// hunter finds canaries in bytes, in every form in which they could have got
// there: as they are, in parts, escaped for JSON and URLs, in hexadecimal and
// Base64 of any alignment, folded as words of the text index, and inside zstd
// frames. It looks for all of them in one pass.
type hunter struct {
	filter  []uint64 // a bit for each hash of a needle's first bytes
	needles map[uint64][]needle
	unzip   *zstd.Decoder
}

// needle is what to look for.
type needle struct{ canary, form, text string }

const (
	headBytes  = 8 // of a needle, by which it is looked up
	filterBits = 24
	multiplier = 0x9E3779B97F4A7C15

	// A long secret is cut into overlapping pieces, so that a part of it is
	// found too: any 19 bytes in a row, and the first 16.
	pieceBytes = 16
	pieceStep  = 4
)

func newHunter(t testing.TB, flock []canary) *hunter {
	t.Helper()
	unzip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	must(t, err)
	t.Cleanup(unzip.Close)
	h := &hunter{filter: make([]uint64, 1<<filterBits/64), needles: map[uint64][]needle{}, unzip: unzip}
	for _, c := range flock {
		var all []needle
		forms, others := disguises(c.kind, c.secret), disguises(c.kind, c.other)
		for form, text := range forms {
			for _, piece := range pieces(text, others[form]) {
				all = append(all, needle{c.name, form, piece})
			}
		}
		for _, word := range words(c.secret) {
			if !slices.Contains(words(c.other), word) {
				all = append(all, needle{c.name, "a word of the index", word})
			}
		}
		if len(all) == 0 {
			t.Fatalf("there is nothing to look for of %s", c.name)
		}
		for _, n := range all {
			h.add(n)
		}
	}
	return h
}

func (h *hunter) add(n needle) {
	head := binary.LittleEndian.Uint64([]byte(n.text))
	slot := head * multiplier >> (64 - filterBits)
	h.filter[slot/64] |= 1 << (slot % 64)
	h.needles[head] = append(h.needles[head], n)
}

// disguises are the forms of a secret, by what they are called. Forms that do
// not differ from others are left out.
func disguises(kind redact.Kind, secret string) map[string]string {
	all := map[string]string{"plain": secret}
	for form, text := range map[string]string{
		"JSON": quoted(secret), "JSON in JSON": quoted(quoted(secret)), "ASCII JSON": asciiOnly(secret),
		"URL query": url.QueryEscape(secret), "URL path": url.PathEscape(secret), "hexadecimal": hex.EncodeToString([]byte(secret)),
	} {
		if text != secret {
			all[form] = text
		}
	}
	for before := range 3 {
		for name, encoding := range map[string]*base64.Encoding{"Base64": base64.RawStdEncoding, "Base64 for URLs": base64.RawURLEncoding} {
			all[fmt.Sprintf("%s after %d", name, before)] = encodedAfter(encoding, before, secret)
		}
	}
	if digits := onlyDigits(secret); kind == redact.Phone && len(digits) >= 11 {
		all["digits"] = digits
	}
	return all
}

// encodedAfter are the characters of an encoding that depend on s alone when so
// many bytes stand before it.
func encodedAfter(encoding *base64.Encoding, before int, s string) string {
	all := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + s))
	return all[(before*8+5)/6 : (before+len(s))*8/6]
}

func quoted(s string) string {
	data, _ := json.Marshal(s)
	return string(data[1 : len(data)-1])
}

func asciiOnly(s string) string {
	var out strings.Builder
	for _, r := range quoted(s) {
		if r < utf8.RuneSelf {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// words are the long words of a secret as the text index writes them.
func words(secret string) []string {
	const least = 11
	separates := func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') }
	all := strings.FieldsFunc(string(textindex.AppendFold(nil, secret)), separates)
	return slices.DeleteFunc(all, func(word string) bool { return len(word) < least || word == secret })
}

// pieces are the parts of a secret to look for that its sibling lacks.
func pieces(secret, sibling string) []string {
	if len(secret) < pieceBytes+headBytes {
		if len(secret) < headBytes || secret == sibling {
			return nil
		}
		return []string{secret}
	}
	var all []string
	for at := 0; at+pieceBytes <= len(secret); at += pieceStep {
		if piece := secret[at : at+pieceBytes]; !strings.Contains(sibling, piece) {
			all = append(all, piece)
		}
	}
	return all
}

// prey is what was found: a canary and its form.
type prey struct{ canary, form string }

// find adds what data holds, also compressed.
func (h *hunter) find(data []byte, found map[prey]bool) {
	h.findPlain(data, found)
	magic := []byte{0x28, 0xB5, 0x2F, 0xFD}
	for rest := data; ; rest = rest[len(magic):] {
		at := bytes.Index(rest, magic)
		if at < 0 {
			return
		}
		rest = rest[at:]
		if h.unzip.Reset(bytes.NewReader(rest)) == nil {
			var frame bytes.Buffer
			io.Copy(&frame, h.unzip) // as far as it goes: what follows a frame is none
			h.findPlain(frame.Bytes(), found)
		}
	}
}

func (h *hunter) findPlain(data []byte, found map[prey]bool) {
	for at := 0; at+headBytes <= len(data); at++ {
		head := binary.LittleEndian.Uint64(data[at:])
		slot := head * multiplier >> (64 - filterBits)
		if h.filter[slot/64]&(1<<(slot%64)) == 0 {
			continue
		}
		for _, n := range h.needles[head] {
			if strings.HasPrefix(string(data[at:min(len(data), at+len(n.text))]), n.text) {
				found[prey{n.canary, n.form}] = true
			}
		}
	}
}

// clean fails the test when data holds a canary.
func (h *hunter) clean(t testing.TB, where string, data []byte) {
	t.Helper()
	found := map[prey]bool{}
	h.find(data, found)
	complain(t, where, found)
}

// complain names what was found, but not all of much.
func complain(t testing.TB, where string, found map[prey]bool) {
	t.Helper()
	const most = 12
	var all []string
	for p := range found {
		all = append(all, p.canary+" as "+p.form)
	}
	slices.Sort(all)
	if len(all) > 0 {
		t.Errorf("%s: %d finds of canaries: %s", where, len(all), strings.Join(all[:min(len(all), most)], "; "))
	}
}

// cleanFiles looks through all files below dir and their names. It passes over
// the directories called so.
func (h *hunter) cleanFiles(t testing.TB, when, dir string, but ...string) {
	t.Helper()
	if !exists(dir) {
		return
	}
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(but, entry.Name()) {
			return fs.SkipDir
		}
		rel, _ := filepath.Rel(dir, path)
		h.clean(t, when+": the name of a file", []byte(rel))
		if entry.Type().IsRegular() {
			h.clean(t, when+": "+entry.Name(), []byte(readFile(t, path)))
		}
		return nil
	}))
}

// inArchive is what the values of all tables hold: a value can stand in pieces
// on the pages of the file.
func (h *hunter) inArchive(t testing.TB, path string) map[prey]bool {
	t.Helper()
	db := readOnly(t, path)
	defer db.Close()
	var tables string
	must(t, db.QueryRow("SELECT group_concat(name, ' ') FROM sqlite_master WHERE type = 'table'").Scan(&tables))
	found := map[prey]bool{}
	for table := range strings.FieldsSeq(tables) {
		h.inRows(t, db, "SELECT * FROM "+table, found)
	}
	return found
}

func readOnly(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path)+"?mode=ro")
	must(t, err)
	return db
}

// inRows adds what the values that a query gives hold.
func (h *hunter) inRows(t testing.TB, db *sql.DB, query string, found map[prey]bool) {
	t.Helper()
	rows, err := db.Query(query)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	values, places := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		must(t, rows.Scan(places...))
		for _, value := range values {
			h.find(value, found)
		}
	}
	must(t, rows.Err())
}

// TestHunter: what the hunt for canaries finds, and what it doesn't.
func TestHunter(t *testing.T) {
	value, other := "k-"+"Zx81"+"/QWERty-uiop+77/asdf", "k-"+"ab33"+"+hgfHGF-zzzz/12/oiuy"
	h := newHunter(t, []canary{
		{name: "key", kind: redact.APIKey, secret: value, other: other},
		{name: "mail", kind: redact.Email, secret: "nÖbody" + "@mine.example", other: "sömeone" + "@mine.example"},
		{name: "phone", kind: redact.Phone, secret: "+86 138-" + "1234-5678", other: "+86 139-" + "1111-2222"},
		{name: "word", kind: redact.APIKey, secret: "A_" + "Heute0Morgen0Gestern", other: "A_" + "Uebermorgen0Nie0Nie"},
	})
	for _, c := range []struct{ name, data, want string }{
		{"nothing", "words, " + other + " " + strings.Repeat("=", 100), ""},
		{"plain", "x" + value, "key"},
		{"its first half", "x" + value[:17], "key"},
		{"its second half", value[8:] + "x", "key"},
		{"JSON", asJSON("x nÖbody" + "@mine.example\n"), "mail"},
		{"ASCII JSON", `n\u00d6body` + `@mine.example`, "mail"},
		{"query", "?q=" + url.QueryEscape(value), "key"},
		{"path", "/" + url.PathEscape(value), "key"},
		{"hexadecimal", fmt.Sprintf("%x", value), "key"},
		{"Base64", base64.StdEncoding.EncodeToString([]byte(value)), "key"},
		{"Base64 after one", base64.StdEncoding.EncodeToString([]byte("1" + value + "22")), "key"},
		{"Base64 after two", base64.StdEncoding.EncodeToString([]byte("12" + value + "4")), "key"},
		{"Base64 for URLs", base64.URLEncoding.EncodeToString([]byte("123" + value)), "key"},
		{"digits", "86138" + "12345678", "phone"},
		{"index", "\na\nheute0morgen0gestern\nz\n", "word"},
		{"zstd", "x" + string(packed(t, "text "+value)) + "y", "key"},
		{"cut zstd", string(packed(t, value+long("filler", 50_000)))[:20_000], "key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := map[prey]bool{}
			h.find([]byte(c.data), found)
			got := map[string]bool{}
			for p := range found {
				got[p.canary] = true
			}
			if len(got) > 1 || got[c.want] != (c.want != "") {
				t.Errorf("found %v, want %q", found, c.want)
			}
		})
	}
}
