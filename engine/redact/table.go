package redact

import "strings"

// Secrets in the columns of CSV files and Markdown tables, whose names stand in
// the first line.

const (
	tableRule   = "table-column"
	longestHead = 512
	mostCells   = 40
	mostRows    = 2000
)

var tableRow = row{
	name: tableRule, kind: Password,
	must: []string{
		"| 设备 | 账号 | 密码 |\n| --- | --- | --- |\n| 光猫 | admin | «{password}» |\n| 摄像头 | root | «{password}» |",
		"name,url,username,password\nshop,https://shop.example/login,nora,«{password}»\nforum,https://forum.example,ben,«{password}»",
		"host;user;pwd\n10.0.0.1;root;«{b62:12}»\n",
	},
	never: []string{
		"name,password,age\nnora,,31\nben,***,27", "| field | password |\n|---|---|\n| rules | required |", "user, password, and the rest\nnext line, really, here",
	},
}

// findColumn masks the cells below a name that is the whole of a cell in the
// first line of a table, and reports whether it is one.
func (s *scan) findColumn(at int, n name) bool {
	if after := skipBlanks(s.text, closeName(s.text, n.end)); after == len(s.text) || strings.IndexByte("|,;\t\r\n", s.text[after]) < 0 {
		return false
	}
	head := s.headAround(at)
	if head.sep == 0 {
		return false
	}
	sep, cells := head.sep, head.cells
	column := strings.Count(s.text[head.start:at], string(sep))
	cell := strings.Trim(cellAt(s.text[head.start:head.end], sep, column), " \t\r\"'*`")
	if len(cell) > longestOwner || !hasSuffixFold(cell, n.word) || strings.ContainsAny(cell, ".:=/") {
		return false
	}
	found := false
	for i, row := head.end+1, 0; i < len(s.text) && row < mostRows; row++ {
		end := strings.IndexByte(s.text[i:], '\n')
		if end < 0 {
			end = len(s.text) - i
		}
		line := s.text[i : i+end]
		if strings.Count(line, string(sep))+1 != cells {
			break
		}
		found = s.addCell(i, line, sep, column, n) || found
		i += end + 1
	}
	return found
}

// head is a line that can be the first of a table; sep is 0 when it can't.
type head struct {
	start, end int
	sep        byte
	cells      int
}

// headAround looks at the line around at, once for all names in it.
func (s *scan) headAround(at int) head {
	if h := s.head; h.start <= at && at < h.end {
		return h
	}
	h := head{start: strings.LastIndexByte(s.text[:at], '\n') + 1, end: len(s.text)}
	if n := strings.IndexByte(s.text[at:], '\n'); n >= 0 {
		h.end = at + n
	}
	s.head = h
	line := s.text[h.start:h.end]
	if len(line) > longestHead {
		return h
	}
	sep := separatorOf(line)
	cells := strings.Count(line, string(sep)) + 1
	if sep == 0 || cells > mostCells {
		return h
	}
	if h.start > 0 {
		before := s.text[:h.start-1]
		before = before[strings.LastIndexByte(before, '\n')+1:]
		if strings.Count(before, string(sep))+1 == cells {
			return h // in the middle of a table
		}
	}
	s.head.sep, s.head.cells = sep, cells
	return s.head
}

// separatorOf is what parts the cells of a line, 0 when it is no head of a table.
func separatorOf(line string) byte {
	for _, sep := range []byte{'|', '\t', ';', ','} {
		if strings.IndexByte(line, sep) >= 0 {
			return sep
		}
	}
	return 0
}

// cellAt is the text between the separators before and behind cell n.
func cellAt(line string, sep byte, n int) string {
	for range n {
		_, line, _ = strings.Cut(line, string(sep))
	}
	cell, _, _ := strings.Cut(line, string(sep))
	return cell
}

// addCell masks the cell of a line that begins at base, if it can be a secret.
func (s *scan) addCell(base int, line string, sep byte, column int, n name) bool {
	cell := cellAt(line, sep, column)
	value := strings.Trim(cell, " \t\r\"'`")
	value = strings.TrimSuffix(strings.TrimPrefix(value, "**"), "**")
	if isStandIn(value) || strings.ContainsAny(value, " \t") {
		return false
	}
	kind := APIKey
	if isPasswordName(n.word) {
		kind = Password
		least := somePassword
		if n.word == "pass" {
			least = likelyPassword
		}
		if passwordStrength(value) < least {
			return false
		}
	} else if !isAssignedSecret(value, n, colonLink, true) || !isStrong(value) && !mixedCaseDigits(value) && !isUUID(value) && (digit|uppers).run(value, 0, len(value)) < len(value) {
		return false
	}
	start := base
	for range column {
		start += strings.IndexByte(s.text[start:], sep) + 1
	}
	start += strings.Index(cell, value)
	s.add(start, start+len(value), kind, tableRule)
	return true
}
