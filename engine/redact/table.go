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
	lineStart := strings.LastIndexByte(s.text[max(0, at-longestHead):at], '\n') + 1 + max(0, at-longestHead)
	lineEnd := n.end
	for lineEnd < len(s.text) && lineEnd-lineStart < longestHead && s.text[lineEnd] != '\n' {
		lineEnd++
	}
	head := s.text[lineStart:lineEnd]
	sep := separatorOf(head)
	if sep == 0 || at < lineStart {
		return false
	}
	column := strings.Count(s.text[lineStart:at], string(sep))
	cells := strings.Count(head, string(sep)) + 1
	if before := s.text[max(0, lineStart-longestHead):max(0, lineStart-1)]; lineStart > 0 && strings.Count(before[strings.LastIndexByte(before, '\n')+1:], string(sep))+1 == cells {
		return false // a line in the middle of a table
	}
	cell := strings.Trim(cellAt(head, sep, column), " \t\r\"'*`")
	if cells > mostCells || len(cell) > longestOwner || !hasSuffixFold(cell, n.word) || strings.ContainsAny(cell, ".:=/") {
		return false
	}
	found := false
	for i, row := lineEnd+1, 0; i < len(s.text) && row < mostRows; row++ {
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
	if value == "" || isStandIn(value) || strings.ContainsAny(value, " \t") {
		return false
	}
	kind := APIKey
	if isPasswordName(n.word) {
		kind = Password
		if passwordStrength(value) == noPassword {
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
