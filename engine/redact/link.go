package redact

import "strings"

// What stands between a name and its value, in prose and code of any kind.

// link says how strongly a name and a value belong together.
type link int

const (
	noLink    link = iota
	blankLink      // `pwd abc123`
	pairLink       // `define('PWD', 'abc123')`: the value has to be quoted
	proseLink      // `密码是abc123`, `password is abc123`
	colonLink      // `key: value`
	equalLink      // `key=value`
)

var separators = []struct {
	text string
	link link
}{
	{":=", equalLink}, {"=>", equalLink}, {"==", equalLink}, {"=", equalLink},
	{"：", colonLink}, {":", colonLink}, {"＝", equalLink}, {"->", colonLink}, {"→", colonLink},
	{"设置为", proseLink}, {"設置為", proseLink}, {"统一为", proseLink}, {"统一设成", proseLink}, {"统一改成", proseLink}, {"重置为", proseLink}, {"改成", proseLink}, {"改为", proseLink}, {"換成", proseLink},
	{"换成", proseLink}, {"设成", proseLink}, {"设为", proseLink}, {"就是", proseLink}, {"是", proseLink}, {"为", proseLink}, {"為", proseLink}, {"係", proseLink},
	{"is now ", proseLink}, {"is ", proseLink}, {"was ", proseLink},
}

// readLink reads the separator that follows a name ending at i, with the
// quotes and brackets that close the name: `["api_key"] = `.
func readLink(text string, i int) (next int, l link) {
	after := closeName(text, i)
	at := skipBlanks(text, after)
	for _, sep := range separators {
		if strings.HasPrefix(text[at:], sep.text) {
			next = skipBlanks(text, at+len(sep.text))
			l = sep.link
			if l == proseLink {
				if n := afterAny(text, next, []string{"了"}); n > 0 {
					next = skipBlanks(text, n)
				}
				if n := afterAny(text, next, []string{"：", ":", "＝", "="}); n > 0 {
					next, l = skipBlanks(text, n), colonLink
				}
			}
			if sep.text == ":" {
				next = skipType(text, next)
			}
			return skipMarkup(text, skipWrapper(text, next)), l
		}
	}
	if next := readPair(text, i, after); next > 0 {
		return next, pairLink
	}
	if next := readMarkup(text, i, after); next > 0 {
		return next, colonLink
	}
	if at > after {
		return at, blankLink
	}
	return i, noLink
}

// closeName passes over what closes a name.
func closeName(text string, i int) int {
	i = skipColor(text, i)
	for n := 0; n < 12 && i < len(text) && strings.IndexByte("\"'`\\])*", text[i]) >= 0; n++ {
		if text[i] == '\\' && escapeEnds(text, min(len(text), i+2)) {
			break
		}
		i++
	}
	return i
}

// skipType passes over the type in `apiKey: String = "…"`.
func skipType(text string, i int) int {
	const longestType = 24
	end := i
	for end < len(text) && end-i < longestType && ((base62 | underscore).has(text[end]) || strings.IndexByte("&'<>?[]. ", text[end]) >= 0) {
		end++
	}
	if end == i || !strings.HasPrefix(text[end:], "= ") && !strings.HasPrefix(text[end:], "=\"") {
		return i
	}
	return skipBlanks(text, end+1)
}

// wrappers make a value of the string they get.
var wrappers = []string{"String::from(", "new String(", "String(", "string(", "bytes(", "str(", "Some(", "SecretString(", "Secret(", "SecretStr(", "fromHex(", "unhexlify(", "b64decode(", "Buffer.from(", "[]byte("}

// skipWrapper passes over the wrapper that begins at i, if a quote follows.
func skipWrapper(text string, i int) int {
	if n := afterAny(text, i, wrappers); n > 0 && n < len(text) && strings.IndexByte("\"'`", text[n]) >= 0 {
		return n
	}
	return i
}

// readPair reads what parts a quoted name from a quoted value: the comma of
// arguments, the key of the value in a pair, another call on the same thing. It
// returns where the quoted value begins, or -1.
func readPair(text string, i, after int) int {
	quoted := strings.ContainsAny(text[i:after], "\"'")
	at := skipBlanks(text, after)
	switch rest := text[at:]; {
	case strings.HasPrefix(rest, "by lazy {"):
		at = skipBlanks(text, at+len("by lazy {"))
	case strings.HasPrefix(rest, "(") && after == i: // withSecret("…")
		at = skipBlanks(text, at+1)
	case quoted && strings.HasPrefix(rest, ","):
		at = skipSpace(text, at+1)
		if n := afterAny(text, at, pairNames); n > 0 {
			at = skipBlanks(text, n)
			if !strings.HasPrefix(text[at:], ":") {
				return -1
			}
			at = skipBlanks(text, at+1)
		}
	case quoted && strings.HasPrefix(rest, "."): // find('password').send_keys('…')
		const longestMethod = 24
		end := (base62 | underscore).run(text, at+1, longestMethod)
		if end == at+1 || !strings.HasPrefix(text[end:], "(") {
			return -1
		}
		at = skipBlanks(text, end+1)
	case quoted:
		if at = afterAny(text, at, []string{"value=", "val=", "content="}); at < 0 {
			return -1
		}
	default:
		return -1
	}
	if rest := strings.TrimLeft(text[at:min(len(text), at+12)], `\`); rest == "" || strings.IndexByte("\"'`", rest[0]) < 0 {
		return -1
	}
	return at
}

// pairNames name the value in pairs such as {"name": "…", "value": "…"}.
var pairNames = []string{`"value"`, `'value'`, `\"value\"`, `"val"`, `"Value"`, `"content"`, `"secret"`}

// afterAny is the offset behind the first of words that stands at i, or -1.
func afterAny(text string, i int, words []string) int {
	for _, w := range words {
		if strings.HasPrefix(text[i:], w) {
			return i + len(w)
		}
	}
	return -1
}

// readMarkup reads what parts a name from a value that stands without quotes:
// tags, or the empty line of a form part. It returns where the value begins, or
// -1.
func readMarkup(text string, i, after int) int {
	switch rest := text[i:]; {
	case strings.HasPrefix(rest, "</key>"), strings.HasPrefix(rest, "</name>"):
		at := skipSpace(text, i+strings.IndexByte(rest, '>')+1)
		if n := afterAny(text, at, []string{"<string>", "<value>", "<data>"}); n > 0 {
			return skipSpace(text, n)
		}
	case strings.HasPrefix(rest, ">"):
		at := skipSpace(text, i+1)
		if n := afterAny(text, at, []string{"<Value>", "<value>", "<![CDATA["}); n > 0 {
			return n
		}
		// A closing tag has to follow: `>` is a redirection elsewhere.
		if end := i + 1 + strings.IndexAny(text[i+1:min(len(text), i+1+longestQuoted)], "<\n"); at == i+1 && end > i && strings.HasPrefix(text[end:], "</") {
			return i + 1
		}
	case strings.HasPrefix(text[after:], "\r\n\r\n"):
		return after + len("\r\n\r\n")
	case strings.HasPrefix(text[after:], ">"): // <entry key="password">
		rest := text[after+1 : min(len(text), after+longestQuoted)]
		if end := strings.IndexAny(rest, "<\n"); end > 0 && strings.HasPrefix(rest[end:], "</") {
			return after + 1
		}
	}
	return -1
}

const manyBlanks = 32

var (
	wideBlanks = []string{"\u00a0", "\u3000", "\u200b", "\ufeff"}
	openTags   = []string{"<b>", "<code>", "<strong>", "<em>", "<i>", "<kbd>", "<pre>", "<u>"}
)

// skipBlanks passes over blanks of all sorts, not over line ends.
func skipBlanks(text string, i int) int {
	for n := 0; n < manyBlanks && i < len(text); n++ {
		if text[i] == ' ' || text[i] == '\t' {
			i++
			continue
		}
		next := -1
		if text[i] >= 0x80 {
			next = afterAny(text, i, wideBlanks)
		}
		if next < 0 {
			break
		}
		i = next
	}
	return i
}

// skipMarkup passes over a color and an opening tag before a value.
func skipMarkup(text string, i int) int {
	i = skipColor(text, i)
	if n := afterAny(text, i, openTags); n > 0 {
		return n
	}
	return i
}
