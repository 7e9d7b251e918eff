package redact

import "strings"

// Private keys in PEM, OpenSSH and PGP armor. The block goes from its BEGIN to
// the next END of a private key, line feeds or literal `\n` alike; without an
// END to the end of the text, because a cut-off key is still a key.

const (
	blockBegin = "-----BEGIN "
	blockEnd   = "-----END "
	// blockDashes may belong to the END of one block and the BEGIN of the next.
	blockDashes = len("-----")
	longestName = 40
)

func blockDetectors() []detector {
	return []detector{{name: "private-key-block", shape: blockBegin, keys: []string{"-----begin "}, find: findBlock}}
}

func findBlock(s *scan, at int) {
	if at < s.blockEnd {
		return
	}
	body := privateKeyLabel(s.text, at, blockBegin)
	if body < 0 {
		return
	}
	end := len(s.text)
	for i := body - blockDashes; ; {
		n := strings.Index(s.text[i:], blockEnd)
		if n < 0 {
			break
		}
		i += n
		if after := privateKeyLabel(s.text, i, blockEnd); after >= 0 {
			end = after
			break
		}
		i += len(blockEnd)
	}
	s.blockEnd = end - blockDashes
	s.add(at, end, PrivateKey, "private-key-block")
}

// privateKeyLabel returns the offset after the mark's closing dashes, or -1
// when the mark at `at` is not one of a private key.
func privateKeyLabel(text string, at int, mark string) int {
	label, found := strings.CutPrefix(text[at:], mark)
	if !found {
		return -1
	}
	n := strings.Index(label[:min(len(label), longestName)], "-----")
	if n < 0 {
		return -1
	}
	if name := label[:n]; !strings.HasSuffix(name, "PRIVATE KEY") && !strings.HasSuffix(name, "PRIVATE KEY BLOCK") {
		return -1
	}
	return at + len(mark) + n + blockDashes
}
