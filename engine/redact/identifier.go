package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"slices"
	"strings"
)

// Identifier redacts a session key, title, sender or session id. What it finds
// becomes `[PHONE~x7k2m4qa]`: 40 bits of HMAC-SHA256 with key over the value,
// phone numbers and addresses normalized, so that equal people stay equal,
// different keys and ids stay different and nobody without the key can count
// phones back. Ids of messengers, UUIDs and job ids stay. Applying it twice
// changes nothing more.
func Identifier(rules *Rules, key []byte, s string) string {
	for range maxRounds {
		next := identifierOnce(rules, key, s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

func identifierOnce(rules *Rules, key []byte, s string) string {
	s = tagParts(key, s)
	found := rules.Scan(s)
	if !strings.ContainsAny(s, " \t\n") {
		found = slices.DeleteFunc(found, func(f Finding) bool { return isLoose(f) || isChatID(s, f) })
	}
	return tagAddresses(key, replace(s, found, func(f Finding) string {
		return tagged(f.Kind, key, normal(f.Kind, s[f.Start:f.End]))
	}))
}

// isLoose reports whether f rests on words beside it, which in a key are names
// of jobs and messengers: token-refresh with a hexadecimal id is no secret.
func isLoose(f Finding) bool {
	switch f.Kind {
	case OTP, Passport, Plate, WeChat:
		return true
	}
	return f.Rule == nearRule || f.Rule == nearPasswordRule
}

// isChatID reports whether f, in a session key, is a part of digits after the
// name of a messenger: Discord's ids are as long as the numbers of cards.
func isChatID(s string, f Finding) bool {
	if f.Kind != IDCard && f.Kind != BankCard || f.Start == 0 || s[f.Start-1] != ':' || f.End < len(s) && s[f.End] != ':' {
		return false
	}
	if digit.run(s, f.Start, len(s)) != f.End {
		return false
	}
	return slices.ContainsFunc(strings.Split(strings.ToLower(s[:f.Start]), ":"), func(part string) bool {
		return slices.Contains(phoneChannels, part) || slices.Contains(idChannels, part)
	})
}

// tagAddresses replaces the addresses that text rules refuse for what stands
// behind them: in a key `_x` and `.2026` may follow the domain.
func tagAddresses(key []byte, s string) string {
	var found []Finding
	for at := range len(s) {
		if c := s[at]; c != '@' && c != '%' && c < 0x80 {
			continue // no sign begins with it
		}
		for _, sign := range []string{"@", "＠", "%40"} {
			if !strings.HasPrefix(s[at:], sign) {
				continue
			}
			start, end := localStart(s, at), looseDomainEnd(s, at+len(sign))
			if start < at && end > 0 && s[start:at] != "git" && !isAuthority(s, start) {
				found = append(found, Finding{Start: start, End: end, Kind: Email})
			}
		}
	}
	return replace(s, merge(found), func(f Finding) string { return tagAddress(key, s[f.Start:f.End]) })
}

// looseDomainEnd walks right over labels parted by dots and returns the end of
// the letters of the last one that can be a top-level domain, or -1.
func looseDomainEnd(s string, i int) int {
	for _, host := range messengerHosts {
		if to := i + len(host); hasPrefixFold(s[i:], host) && (to == len(s) || !(base62 | dash).has(s[to])) {
			return to
		}
	}
	end := -1
	for first := true; ; first = false {
		to := (base62 | dash).run(s, i, 63)
		if n := letters.run(s, i, 18); !first && n-i >= 2 && !slices.Contains(notTopLevel, strings.ToLower(s[i:n])) {
			end = n
		}
		if to == i || to >= len(s) || s[to] != '.' {
			return end
		}
		i = to + 1
	}
}

// tagAddress replaces an address. That of a WhatsApp user is a phone number;
// those of groups, but for a founder's number, and of hidden users are nobody's.
func tagAddress(key []byte, address string) string {
	name, host, _ := strings.Cut(address, "@")
	isGroup := strings.EqualFold(host, whatsappGroups)
	if isGroup && !strings.Contains(name, "-") || strings.EqualFold(host, whatsappHidden) {
		return address
	}
	if number := tagParts(key, address); isGroup || number != address {
		return number
	}
	return tagged(Email, key, normalEmail(address))
}

// whatsappHidden is the host of users whose number WhatsApp does not show.
const whatsappHidden = "lid"

// phoneChannels name people by phone number, without the plus as well.
var phoneChannels = []string{"whatsapp", "signal", "imessage", "bluebubbles", "sms"}

// idChannels name people and groups by ids of their own.
var idChannels = []string{
	"telegram", "discord", "slack", "feishu", "lark", "wechat", "weixin", "wecom", "qq", "qqbot", "dingtalk", "line",
	"matrix", "msteams", "googlechat", "mattermost", "zalo", "zalouser", "nostr", "twitch", "irc",
}

// tagParts replaces the parts of a key that are numbers by their place: what
// text rules can't know, such as digits before `@s.whatsapp.net`.
func tagParts(key []byte, s string) string {
	if !strings.ContainsAny(s, ":@") && !isMobile(s) {
		return s // the ids of entries, of which every one comes by here
	}
	return tagEachPart(key, s)
}

func tagEachPart(key []byte, s string) string {
	parts := strings.Split(s, ":")
	byPhone := false
	for i, part := range parts {
		if slices.Contains(phoneChannels, strings.ToLower(part)) {
			byPhone = true
		}
		number, host, isAddress := strings.Cut(part, "@")
		switch {
		case isAddress && slices.Contains(messengerHosts, host):
			number, rest, isGroup := strings.Cut(number, "-")
			if isGroup {
				rest = "-" + rest + "@" + host
			}
			if isPeerNumber(number) {
				parts[i] = tagged(Phone, key, normalPhone(number)) + rest
			}
		case byPhone && isPeerNumber(part), isMobile(part):
			parts[i] = tagged(Phone, key, normalPhone(part))
		}
	}
	return strings.Join(parts, ":")
}

// messengerHosts are where numbers are phone numbers. At `lid` they are not. Old
// groups are `<founder's number>-<time>@g.us`.
var messengerHosts = []string{"s.whatsapp.net", "c.us", whatsappGroups}

// isPeerNumber reports whether s has the form of a full phone number: 8 to 15
// digits with or without a plus.
func isPeerNumber(s string) bool {
	s = strings.TrimPrefix(s, "+")
	return len(s) >= 8 && len(s) <= 15 && digit.run(s, 0, len(s)) == len(s)
}

// normal is the one spelling of a value that can be written in several ways.
func normal(kind Kind, value string) string {
	switch kind {
	case Phone:
		return normalPhone(value)
	case Email:
		return normalEmail(value)
	}
	return value
}

// normalPhone is the digits with the country code; Chinese mobile numbers get
// theirs.
func normalPhone(s string) string {
	var digits []byte
	for i := 0; i < len(s); {
		d, width := digitAt(s, i)
		if width == 0 {
			i++
			continue
		}
		digits = append(digits, d)
		i += width
	}
	number := strings.TrimPrefix(string(digits), "00")
	if isMobile(number) && !strings.HasPrefix(s, "+") {
		number = "86" + number
	}
	return number
}

func normalEmail(s string) string {
	return strings.ToLower(strings.NewReplacer("＠", "@", "%40", "@").Replace(s))
}

// Peers replaces the addresses and phone numbers in the name of a file or row,
// as [Identifier] would each alone. It rather takes an id for a number than
// the other way round, because such names are only compared and reported.
// OpenClaw writes session keys into names with '_' for ':'.
func Peers(rules *Rules, key []byte, name string) string {
	name = nameAddress.ReplaceAllStringFunc(name, func(run string) string { return tagNameAddress(key, run) })
	var out strings.Builder
	last := 0
	for _, at := range nameNumber.FindAllStringIndex(name, -1) {
		out.WriteString(name[last:at[0]])
		out.WriteString(tagNameNumber(rules, key, name[:at[0]], name[at[0]:at[1]], name[at[1]:]))
		last = at[1]
	}
	return out.String() + name[last:]
}

var (
	nameAddress = regexp.MustCompile(`[^\s/:#@\[\]]+@[A-Za-z0-9.-]+`)
	// namePeer is what stands before a peer in a key.
	namePeer = regexp.MustCompile(`^.*_(?:direct|dm|group|channel|peer|user)_`)
	// nameEnding begins with the session id in the name of an import.
	nameEnding = regexp.MustCompile(`(?:\.[0-9A-Za-z-]+)?\.jsonl\.imported-|\.(?:jsonl?|sqlite|zst|checkpoint|trajectory|reset|deleted|bak)(?:[.-]|$)`)
	// nameNumber matches runs of digits and, before them, what holds digits
	// that are no number: placeholders, UUIDs, times, the start of an import's
	// session id.
	nameNumber = regexp.MustCompile(`\[[A-Z_]+(?:~[a-z2-7]{8})?\]` +
		`|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}` +
		`|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}[-:][0-9]{2}[-:][0-9]{2}(?:\.[0-9]+)?` +
		`|(?:imported-|reset\.|deleted\.)[0-9]{13}` +
		`|\.[0-9a-f]{8}\.jsonl` +
		`|\+?[0-9]+`)
)

// tagNameAddress replaces the address in a run of bytes around an '@'.
func tagNameAddress(key []byte, run string) string {
	at := strings.IndexByte(run, '@')
	start, end := len(namePeer.FindString(run[:at])), len(run)
	if start == at {
		start = 0
	}
	if i := nameEnding.FindStringIndex(run[at:]); i != nil {
		end = at + i[0]
	}
	if i := looseDomainEnd(run[:end], at+1); i > 0 {
		end = i
	}
	return run[:start] + tagAddress(key, run[start:end]) + run[end:]
}

// tagNameNumber replaces run, a match of nameNumber, where it is a phone number.
func tagNameNumber(rules *Rules, key []byte, before, run, after string) string {
	digits, hasPlus := strings.CutPrefix(run, "+")
	switch {
	case len(digits) < 7, len(digits) > 15, digit.run(digits, 0, len(digits)) < len(digits),
		!hasPlus && before != "" && base62.has(before[len(before)-1]), after != "" && base62.has(after[0]),
		strings.HasPrefix(after, "@"+whatsappGroups), strings.HasPrefix(after, "@"+whatsappHidden):
		return run
	case hasPlus, namesByPhone(before) && !isTopic(before, digits), len(digits) >= 10 && standsAlone(before, after):
		return tagged(Phone, key, normalPhone(run))
	}
	return Identifier(rules, key, digits)
}

// namesByPhone reports whether the last messenger in the words at the end of s
// names people by phone number.
func namesByPhone(s string) bool {
	const longestKey = 512 // keeps hostile names linear
	s = s[max(0, len(s)-longestKey):]
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r >= 0x80 || !base62.has(byte(r)) })
	for _, word := range slices.Backward(words) {
		if slices.Contains(phoneChannels, word) {
			return true
		}
		if slices.Contains(idChannels, word) {
			return false
		}
	}
	return false
}

// isTopic reports whether digits after before are the id of a topic.
func isTopic(before, digits string) bool {
	return len(digits) < 11 && (strings.HasSuffix(before, "topic-") || strings.HasSuffix(before, "topic_"))
}

// standsAlone reports whether what stands between is a whole base name or row id.
func standsAlone(before, after string) bool {
	return (before == "" || strings.HasSuffix(before, "/") || strings.HasSuffix(before, "#")) &&
		(after == "" || strings.IndexByte("./:#", after[0]) >= 0)
}

func tagged(k Kind, key []byte, value string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(string(k) + "\x00" + value))
	tag := base32.StdEncoding.EncodeToString(mac.Sum(nil)[:tagLen*5/8])
	return "[" + string(k) + string(tagMark) + strings.ToLower(tag) + "]"
}
