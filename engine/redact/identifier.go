package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
)

// Identifier redacts a session key, title, sender or session id. Phone numbers
// and addresses become `[PHONE~x7k2m4qa]`: 40 bits of HMAC-SHA256 with key over
// the normalized value, so that equal people stay equal and nobody without the
// key can count phones back. Other secrets become plain placeholders. Ids of
// messengers, UUIDs and job ids stay. Applying it twice changes nothing more.
func Identifier(rules *Rules, key []byte, s string) string {
	s = tagParts(key, s)
	isKey := !strings.ContainsAny(s, " \t\n")
	found := rules.Scan(s)
	if isKey {
		// A job called token-refresh with a hexadecimal id is no secret.
		found = slices.DeleteFunc(found, func(f Finding) bool { return f.Rule == nearRule })
	}
	return replace(s, found, func(f Finding) string {
		switch value := s[f.Start:f.End]; f.Kind {
		case Phone:
			return tagged(Phone, key, normalPhone(value))
		case Email:
			return tagged(Email, key, normalEmail(value))
		}
		return plain(f)
	})
}

// phoneChannels name people by phone number, without the plus as well.
var phoneChannels = []string{"whatsapp", "signal", "imessage", "bluebubbles", "sms"}

// tagParts replaces the parts of a key that are numbers by their place: what
// text rules can't know, such as digits before `@s.whatsapp.net`.
func tagParts(key []byte, s string) string {
	parts := strings.Split(s, ":")
	byPhone := false
	for i, part := range parts {
		if slices.Contains(phoneChannels, strings.ToLower(part)) {
			byPhone = true
		}
		number, host, isAddress := strings.Cut(part, "@")
		switch {
		case isAddress && isMessengerHost(host):
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

// isMessengerHost reports whether numbers at host are phone numbers. At `lid`
// they are not. Old groups are `<founder's number>-<time>@g.us`.
func isMessengerHost(host string) bool {
	return host == "s.whatsapp.net" || host == "c.us" || host == "g.us"
}

// isPeerNumber reports whether s has the form of a full phone number: 8 to 15
// digits with or without a plus.
func isPeerNumber(s string) bool {
	s = strings.TrimPrefix(s, "+")
	return len(s) >= 8 && len(s) <= 15 && digit.run(s, 0, len(s)) == len(s)
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

func tagged(k Kind, key []byte, value string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(string(k) + "\x00" + value))
	tag := base32.StdEncoding.EncodeToString(mac.Sum(nil)[:tagLen*5/8])
	return "[" + string(k) + string(tagMark) + strings.ToLower(tag) + "]"
}
