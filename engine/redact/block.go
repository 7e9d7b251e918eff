package redact

import (
	"encoding/base64"
	"strings"
)

// Private keys. In PEM, OpenSSH, SSH2 and PGP armor a block goes from its BEGIN
// to the END of a private key, line feeds or literal `\n` alike; PuTTY's files
// have lines of names instead. A cut-off key is still a key: a block without
// END goes to the end of the JSON string it stands in, else of the text. A body
// without any armor is known by how the encoding of a key begins.

const (
	blockRule   = "private-key-block"
	longestName = 40
)

// armors are the marks around blocks.
var armors = []struct{ begin, end, close string }{
	{"-----BEGIN ", "-----END ", "-----"},
	{"---- BEGIN ", "---- END ", " ----"},
}

func blockDetectors() []detector {
	body := row{
		name: "private-key-body", kind: PrivateKey,
		must:  []string{"应用私钥：«MII" + "EvQIBADANBgkqhkiG9w0BAQEFAASC{b64:300}»", "«MII" + "EpAIBAAKCAQEA{b64:64}\n{b64:64}\n{b64:20}»", `"«b3BlbnNzaC1rZXktdjEA` + `AAAABG5v{b64:64}\n{b64:40}»"`},
		never: []string{"MIID{b64:300}", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{b64:200}", "the prefix MII" + "EpAIBAAKCAQEA says RSA"},
	}
	out := []detector{{name: body.name, shape: strings.Join(bodies, " "), keys: bodyKeys(), find: findBody, rows: []row{body}}}
	for i, armor := range armors {
		out = append(out, detector{
			name: blockRule, shape: armor.begin, keys: []string{folded(armor.begin)},
			find: func(s *scan, at int) { findBlock(s, at, &s.blockEnd[i], armor.begin, armor.end, armor.close) },
			rows: []row{blockRow},
		})
	}
	return append(out, detector{name: "putty-key", shape: puttyBegin, keys: []string{folded(puttyBegin)}, find: findPutty, rows: []row{{
		name: "putty-key", kind: PrivateKey,
		must: []string{"PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: work\nPublic-Lines: 1\n{b64:64}\nPrivate-Lines: 2\n«{b64:64}\n{b64:64}\nPrivate-MAC: {hex:40}»\nthanks",
			`"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n«{b64:64}\nPrivate-MAC: {hex:64}»\n"`},
		never: []string{"PuTTY-User-Key-File-2 is the first line of such a file"},
	}}})
}

var blockRow = row{
	name: blockRule, kind: PrivateKey,
	must: []string{
		"私钥：\n«-----BEGIN RSA PRIVATE KEY-----\n{b64:64}\n{b64:30}\n-----END RSA PRIVATE KEY-----»\n谢谢",
		`{"k":"«-----BEGIN PRIVATE KEY-----\n{b64:64}\n-----END PRIVATE KEY-----»\n"}`,
		`{"k":"«-----BEGIN PRIVATE KEY-----\n{b64:64}»","n":1}`,
		"«-----BEGIN OPENSSH PRIVATE KEY-----\n{b64:64}\n{b64:20}»",
		"«-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{b64:64}\n-----END PGP PRIVATE KEY BLOCK-----»",
		"«---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n{b64:64}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----»",
	},
	never: []string{
		"-----BEGIN CERTIFICATE-----\n{b64:64}\n-----END CERTIFICATE-----",
		"-----BEGIN PUBLIC KEY-----\n{b64:64}\n-----END PUBLIC KEY-----",
		"the line begins with BEGIN RSA PRIVATE KEY",
	},
}

func findBlock(s *scan, at int, done *int, begin, finish, dashes string) {
	if at < *done {
		return
	}
	body := privateKeyLabel(s.text, at, begin, dashes)
	if body < 0 {
		return
	}
	end := -1
	// The dashes that close one mark may open the next.
	for i := body - len(dashes); end < 0; {
		n := strings.Index(s.text[i:], "---")
		if n < 0 {
			end = stringEnd(s.text, body, len(s.text))
			break
		}
		i += n
		if after := privateKeyLabel(s.text, i, finish, dashes); after >= 0 {
			end = after
		} else if i >= body && privateKeyLabel(s.text, i, begin, dashes) >= 0 {
			end = stringEnd(s.text, body, i)
		}
		i++
	}
	*done = max(end-len(dashes), at+1)
	s.add(at, end, PrivateKey, blockRule)
}

// stringEnd is where the JSON string around from ends, at most limit.
func stringEnd(text string, from, limit int) int {
	for i := from; i < limit; i++ {
		n := strings.IndexByte(text[i:limit], '"')
		if n < 0 {
			break
		}
		i += n
		after := skipSpace(text, i+1)
		if strings.HasPrefix(text[after:], ",") { // the next line of a list of lines
			if next := skipSpace(text, after+1); strings.HasPrefix(text[next:], `"`) && (base62|plusSlash|equals).run(text, next+1, 24) == next+1+24 {
				i = next
				continue
			}
		}
		if after == len(text) || strings.IndexByte(",}]:", text[after]) >= 0 {
			for i > from && text[i-1] == '\\' {
				i--
			}
			return i
		}
	}
	return limit
}

// privateKeyLabel returns the offset after the mark's closing dashes, or -1
// when the mark at `at` is not one of a private key.
func privateKeyLabel(text string, at int, mark, dashes string) int {
	label, found := strings.CutPrefix(text[at:], mark)
	if !found {
		return -1
	}
	n := strings.Index(label[:min(len(label), longestName+len(dashes))], dashes)
	if n < 0 {
		return -1
	}
	name := strings.ToUpper(strings.TrimSuffix(label[:n], " BLOCK"))
	if strings.Contains(name, "..") {
		return -1 // the form of one
	}
	if !strings.HasSuffix(name, "PRIVATE KEY") && !strings.HasPrefix(name, "OPENVPN STATIC KEY") {
		return -1
	}
	return at + len(mark) + n + len(dashes)
}

const (
	puttyBegin = "PuTTY-User-Key-File-"
	puttyEnd   = "Private-MAC: "
)

func findPutty(s *scan, at int) {
	if at < s.puttyEnd || !strings.HasPrefix(s.text[at:], puttyBegin) {
		return
	}
	const longestFile = 16 << 10
	file := s.text[at:min(len(s.text), at+longestFile)]
	const lines = "Private-Lines: "
	private := strings.Index(file, lines)
	if private < 0 {
		return
	}
	start := skipLineEnds(s.text, digit.run(s.text, at+private+len(lines), 6))
	if (base62|plusSlash).run(s.text, start, 16) < start+16 {
		return
	}
	end := stringEnd(s.text, start, len(s.text))
	if n := strings.Index(file, puttyEnd); n >= private {
		end = (digit | letters).run(s.text, at+n+len(puttyEnd), 64)
	}
	s.puttyEnd = end
	s.add(start, end, PrivateKey, "putty-key")
}

// bodies are how private keys begin in Base64: PKCS #1 and #8 for RSA, where
// the length stands before, PKCS #8 and SEC 1 for elliptic curves, OpenSSH; or the armor with it in Base64.
var bodies = []string{"LS0tLS1CRUdJTi", "IBAAKCA", "IBADANBgkqhkiG9w0BAQEFAASC", "MHcCAQEEI", "MIGHAgEAMBMGByqGSM49", "MIGkAgEBBD", "b3BlbnNzaC1rZXktdjEA"}

func bodyKeys() []string {
	var keys []string
	for _, b := range bodies {
		keys = append(keys, folded(b))
	}
	return keys
}

// findBody takes all lines of a body.
func findBody(s *scan, at int) {
	if at < s.bodyEnd {
		return
	}
	exact := false
	for _, b := range bodies {
		exact = exact || strings.HasPrefix(s.text[at:], b)
	}
	const lengthBytes = len("MIIEpA")
	start := at
	if s.text[at] == 'I' {
		start = at - lengthBytes
	}
	if s.text[at] == 'L' && !encodesPrivateKey(s.text[at:]) {
		return
	}
	if !exact || start < 0 || start < at && !strings.HasPrefix(s.text[start:], "MII") || wordBefore(s.text, start) {
		return
	}
	end := bodyEnd(s.text, start)
	const shortestBody = 60
	s.bodyEnd = end
	if end-start >= shortestBody {
		s.add(start, end, PrivateKey, "private-key-body")
	}
}

// encodesPrivateKey reports whether Base64 text begins with the armor of a
// private key.
func encodesPrivateKey(text string) bool {
	const head = 64
	decoded, err := base64.StdEncoding.DecodeString(text[:min(len(text), head)])
	return err == nil && privateKeyLabel(string(decoded), 0, armors[0].begin, armors[0].close) > 0
}

// bodyEnd takes the lines of Base64 from i on.
func bodyEnd(text string, i int) int {
	const shortestLine = 16 // a shorter one is a word, unless it is padded
	const padded = base62 | plusSlash | equals
	end := padded.run(text, i, len(text))
	for {
		next := skipLineEnds(text, end)
		line := padded.run(text, next, len(text))
		if next == end || line-next < shortestLine && !strings.HasSuffix(text[next:line], "=") {
			return end
		}
		end = line
	}
}

// skipLineEnds passes over line ends, also literal ones, and indentation.
func skipLineEnds(text string, i int) int {
	for {
		next := skipSpace(text, i)
		if strings.HasPrefix(text[next:], `\n`) || strings.HasPrefix(text[next:], `\r`) {
			next += len(`\n`)
		}
		if next > i && afterAny(text, next, []string{"> ", "# ", "* ", "| "}) > 0 {
			next += len("> ") // lines that are quoted or commented out
		}
		if next == i {
			return i
		}
		i = next
	}
}
