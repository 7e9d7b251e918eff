package redact

import (
	"slices"
	"strings"
)

// Passwords on command lines: after the flags of well-known commands, in the
// operands of a few, and in what is piped into others.

const (
	commandRule    = "command-password"
	longestCommand = 240
)

var commandRow = row{
	name: commandRule, kind: Password,
	must: []string{
		"sshpass -p '«{b62:12}»' ssh root@10.0.0.5", "curl -u admin:'«{b62:12}»' https://a.example", "mysql -uroot -p«{b62:12}» shop",
		"smbclient //nas/share -U 'nora%«{b62:12}»' -c ls", "lftp -u deploy,«{b62:12}» sftp://f.example", "xfreerdp /u:admin /p:'«{b62:12}»' /cert:ignore",
		`net use Z: \\nas\photos «{password}» /user:joana`, "rabbitmqctl add_user shop '«{password}»'", "echo 'pi:«{b62:12}»' | sudo chpasswd",
		"sqlplus scott/«{b62:12}»@//db.internal:1521/XE", "7z x -p'«{b62:12}»' backup.7z", "htpasswd -bc /etc/nginx/.htpasswd web '«{password}»'",
	},
	never: []string{
		"mysql -u root -p shop", "curl -u $USER:$PASS https://a.example", "sshpass -f file.txt ssh root@h", "docker login -p $TOKEN", "unzip -p archive.zip",
		"lftp -u admin sftp://f.example", "echo $PASS | sudo passwd --stdin web", "net use Z: /delete", "7z x backup-2026.7z",
	},
}

// command is a program that takes a password after a flag or as an operand.
type command struct {
	name, flag string
	form       form
}

// form says where behind the flag the password stands.
type form int

const (
	spaced      form = iota // after a blank or an equals sign
	glued                   // right behind the flag
	either                  // one of these
	colonSign               // user:password
	percentSign             // user%password
	commaSign               // user,password
	slashSign               // user/password
	second                  // the second operand
	sharePath               // the operand after a network path
)

var commands = []command{
	{"mysql", " -p", glued}, {"mysqldump", " -p", glued}, {"mysqladmin", " -p", glued}, {"mariadb", " -p", glued}, {"mysqlimport", " -p", glued},
	{"sshpass", " -p", either}, {"docker login", " -p", spaced}, {"podman login", " -p", spaced}, {"registry login", " -p", spaced}, {"oc login", " -p", spaced},
	{"nerdctl login", " -p", spaced}, {"buildah login", " -p", spaced}, {"az login", " -p", spaced}, {"acr login", " -p", spaced},
	{"redis-cli", " -a", spaced}, {"mongosh", " -p", spaced}, {"mongo ", " -p", spaced}, {"mongodump", " -p", spaced}, {"mongorestore", " -p", spaced},
	{"influx ", " -p", spaced}, {"cqlsh", " -p", spaced}, {"ipmitool", " -p", spaced}, {"sqlcmd", " -p", either}, {"bcp ", " -p", either}, {"isql ", " -p", either},
	{"psexec", " -p", spaced}, {"smbmap", " -p", spaced}, {"crackmapexec", " -p", spaced}, {"netexec", " -p", spaced}, {"nxc ", " -p", spaced}, {"evil-winrm", " -p", spaced},
	{"rdesktop", " -p", spaced}, {"xfreerdp", " /p:", glued}, {"wfreerdp", " /p:", glued}, {"mstsc", " /p:", glued}, {"cmdkey", " /pass:", glued}, {"wmic", " /password:", glued},
	{"plink", " -pw", spaced}, {"pscp", " -pw", spaced}, {"putty", " -pw", spaced}, {"psftp", " -pw", spaced}, {"ncftp", " -p", spaced}, {"ncftpput", " -p", spaced},
	{"ldapsearch", " -w", spaced}, {"ldapadd", " -w", spaced}, {"ldapmodify", " -w", spaced}, {"ldapdelete", " -w", spaced}, {"ldapwhoami", " -w", spaced},
	{"unzip", " -P", spaced}, {"zip", " -P", spaced}, {"7z", " -p", glued}, {"7za", " -p", glued}, {"rar", " -p", glued}, {"rar", " -hp", glued}, {"unrar", " -p", glued},
	{"openssl", " pass:", glued}, {"openssl", " -k", spaced}, {"obsutil", " -k", either}, {"ossutil", " -k", either}, {"coscmd", " -s", spaced},
	{"curl", " -u", colonSign}, {"curl", " --user", colonSign}, {"curl", " --proxy-user", colonSign}, {"wget", " -u", colonSign}, {"skopeo", "creds", colonSign}, {"stats auth", "", colonSign},
	{"smbclient", " -u", percentSign}, {"smbclient", " -u", colonSign}, {"rpcclient", " -u", percentSign}, {"mount.cifs", "user=", percentSign}, {"lftp", " -u", commaSign},
	{"sqlplus", "", slashSign}, {"expdp", "", slashSign}, {"impdp", "", slashSign}, {"rman target", "", slashSign}, {"sqlldr", "", slashSign}, {"oracle:thin:", "", slashSign},
	{"add_user", "", second}, {"change_password", "", second}, {"wpa_passphrase", "", second}, {"net user", "", second}, {"set_password", "", second}, {"htpasswd", " -b", second}, {"htpasswd", " -c", second},
	{"net use", "", sharePath}, {"convertto-securestring", "", spaced},
}

func commandDetectors() []detector {
	var out []detector
	for _, c := range commands {
		out = append(out, detector{name: commandRule, shape: c.name + " " + c.flag, keys: []string{c.name}, rows: []row{commandRow},
			find: func(s *scan, at int) { findFlag(s, at, c) }})
	}
	return append(out, detector{name: "piped-password", shape: "echo password | chpasswd", keys: []string{"chpasswd", "--stdin", "sudo -s", "--with-token", "--password-stdin"}, rows: []row{commandRow}, find: findPiped})
}

func findFlag(s *scan, at int, c command) {
	if wordBefore(s.text, at) {
		return
	}
	i := at + len(c.name)
	line := s.text[i:min(len(s.text), i+longestCommand)]
	if n := strings.IndexAny(line, "\n|;"); n >= 0 {
		line = line[:n]
	}
	n := strings.Index(line, c.flag)
	if n < 0 && c.form != glued {
		n = strings.Index(folded(line), c.flag) // -P and -U: the case differs between programs
	}
	if n < 0 || c.flag == "" && (line == "" || line[0] != ' ' && c.name[len(c.name)-1] != ':') {
		return
	}
	limit := i + len(line)
	i += n + len(c.flag)
	if i = c.form.operand(s.text, i, limit); i < 0 || i >= limit || s.text[i] == ' ' || s.text[i] == '-' {
		return
	}
	v := s.readValue(i)
	if c.form == slashSign && !v.quoted {
		v.end = i + strings.IndexByte(s.text[i:v.end]+"@", '@')
	}
	password := s.text[v.start:v.end]
	if len(password) < shortestPassword || isStandIn(password) || !isPrintable([]byte(password)) {
		return
	}
	if (c.form == second || c.form == sharePath || c.form == slashSign) && (passwordStrength(password) < somePassword || strings.Contains(password, "/")) {
		return
	}
	s.add(v.start, v.end, Password, commandRule)
}

// operand is where the password begins that belongs to a flag ending at i, -1
// when there is none.
func (f form) operand(text string, i, limit int) int {
	switch f {
	case glued:
		return i
	case spaced, either:
		start := skipBlanks(text, i)
		if start == i && i < limit && text[i] == '=' {
			return i + 1
		}
		if start == i && (f == spaced || i < limit && letters.has(text[i]) && i+1 < limit && letters.has(text[i+1]) && text[i] >= 'a') {
			return -1 // another flag that begins the same way
		}
		return start
	case colonSign, percentSign, commaSign, slashSign:
		mark := [...]byte{colonSign: ':', percentSign: '%', commaSign: ',', slashSign: '/'}[f]
		if i = skipBlanks(text, i); i < limit && text[i] == '=' {
			i++
		}
		for i < limit && (text[i] == '\'' || text[i] == '"') {
			i++
		}
		end := (base64u | dot).run(text, i, 64)
		if end < limit && text[end] == '\\' { // DOMAIN\user
			end = (base64u | dot).run(text, end+1, 64)
		}
		if end == i || end >= limit || text[end] != mark {
			return -1
		}
		return end + 1
	case second:
		// The last of the operands: htpasswd names a file first.
		fields := slices.DeleteFunc(strings.Fields(text[i:limit]), func(field string) bool {
			return strings.HasPrefix(field, "/") && strings.Count(field, "/") == 1 && !strings.Contains(field, ".")
		})
		if len(fields) < 2 {
			return -1
		}
		return i + strings.LastIndex(text[i:limit], fields[len(fields)-1])
	case sharePath:
		n := strings.Index(text[i:limit], `\\`)
		if n < 0 {
			return -1
		}
		end := i + n
		for end < limit && text[end] != ' ' {
			end++
		}
		return skipBlanks(text, end)
	}
	return -1
}

// findPiped finds what echo hands to a program that sets a password.
func findPiped(s *scan, at int) {
	from := max(0, at-longestCommand)
	line := s.text[from:at]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	n := strings.LastIndex(line, "echo ")
	if n < 0 || !strings.Contains(line[n:], "|") {
		return
	}
	i := at - len(line) + n + len("echo ")
	for skipped := true; skipped; { // flags
		skipped = false
		if strings.HasPrefix(s.text[i:], "-e ") || strings.HasPrefix(s.text[i:], "-n ") {
			i, skipped = i+len("-e "), true
		}
	}
	v := s.readValue(i)
	start := v.start + strings.LastIndexByte(s.text[v.start:v.end], ':') + 1
	if v.end > at || v.end-start < shortestPassword || isStandIn(s.text[start:v.end]) {
		return
	}
	s.add(start, v.end, Password, commandRule)
}
