package redact

import (
	"slices"
	"strings"
)

// Makers that no table knows build their keys alike: their name, a word that
// says what it is, a long random part. The parts on both sides are the evidence;
// the word between them is only where to look.

const familyRule = "unknown-maker"

var familyRow = row{
	name: familyRule, kind: APIKey,
	must: []string{
		"«acme_live_{b62:48}»", "«acme_test_{b62:48}»", "«acme_prod_{b62:48}»", "«acme_sandbox_{b62:48}»", "«acme_pat_{b62:48}»", "«acme_secret_{b62:48}»", "«acme_token_{b62:48}»",
		"«acme_api_{b62:48}»", "«acme_sk_{hex:40}»", "«acme_key_{b62:48}»", "«acme-sk-{b62:48}»", "«acme-api-{b62:48}»", "«acme-pat-{hex:40}»", "«acme-key-{b62:48}»", "试试「«acme_sk_live_{b62:48}»」",
	},
	never: []string{
		"pk_live_{b62:24}", "acme_pk_live_{b62:48}", "public_key_{hex:64}", "cache_key_{hex:32}", "s3_key_{hex:40}", "user_test_{hex:24}", "image_prod_{hex:40}", "acme_public_api_{b62:48}",
		"my-api-{low36:10}-{low36:5}", "go_test_TestParseRFC3339WithNanosAndZone2", "acme_live_{low:32}", "next_page_token_{hex:32}", "cs_test_{b62:58}", "rzp_live_{b62:14}", "price_live_{b62:24}",
		"get_api_HandleOauth2CallbackForTheUser", "acme_token_{b62:12}", "node-api-{low:30}", "client_token_{b62:12}", "file-key-{hex:12}.png", "acme_live_id_{b62:12}",
	},
}

// familyWords say what a key is. Behind those of the first list a digest is no
// key: hexadecimal is taken only behind the second.
var (
	familyWords    = []string{"live", "test", "prod", "sandbox", "api", "key", "token"}
	familyHexWords = []string{"sk", "pat", "secret"}
)

// familyPublic begin or make up names of what is public, or an id.
var familyPublic = []string{
	"pk", "pub", "public", "publishable", "client", "id", "cs", "price", "prod", "product", "cus", "sub", "evt", "acct", "cache", "sort", "primary", "foreign", "partition", "page", "next", "cursor", "continuation",
	"s3", "object", "file", "image", "img", "blob", "hash", "sha", "sha1", "sha256", "md5", "commit", "build", "asset", "trace", "request", "csrf", "rzp",
}

func familyDetectors() []detector {
	var out []detector
	for _, mark := range []string{"_", "-"} {
		for i, word := range slices.Concat(familyHexWords, familyWords) {
			key := mark + word + mark
			out = append(out, detector{name: familyRule, shape: key, keys: []string{key}, rows: []row{familyRow},
				find: func(s *scan, at int) { findFamily(s, at, at+len(key), i < len(familyHexWords)) }})
		}
	}
	return out
}

func findFamily(s *scan, at, random int, hexToo bool) {
	const shortest, longest, longestName = 20, 160, 24
	end := base62.run(s.text, random, longest+1)
	if size := end - random; size < shortest || size > longest || end < len(s.text) && (base64u|dot|plusSlash).has(s.text[end]) && !endsSentence(s.text, end) {
		return
	}
	start := (low36Bytes | underscore | dash).runBack(s.text, at, longestName)
	name := s.text[start:at]
	if len(name) < 2 || len(name) == longestName || wordBefore(s.text, start) || insideBlob(s.text, start) || !letters.has(name[0]) {
		return
	}
	if slices.ContainsFunc(strings.FieldsFunc(name, isMark), func(w string) bool { return slices.Contains(familyPublic, w) }) {
		return
	}
	value := s.text[random:end]
	scattered := mixedCaseDigits(value) && digitChanges(value) >= 5
	if looksRandom(value) && (scattered || hexToo && len(value) >= 32 && isHex(value) && hasLetterAndDigit(value)) {
		s.add(start, end, APIKey, familyRule)
	}
}

const low36Bytes = digit | lowers

func isMark(r rune) bool { return r == '_' || r == '-' }

// endsSentence reports whether the dot at i is the end of one and no part of a name.
func endsSentence(text string, i int) bool {
	return text[i] == '.' && (i+1 == len(text) || !base62.has(text[i+1]))
}
