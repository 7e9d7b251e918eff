package config

import (
	"strconv"
	"strings"
)

// setting is one key of the file. A new key is a field of [Settings], a row in
// settings and a paragraph in each template.
type setting struct {
	key  string // "group.member" for members of a group
	read reader[Settings]
	show func(Settings) string
}

// settings lists every key in the order in which people see them.
func settings() []setting {
	return []setting{
		{"lang",
			readWord(func(s *Settings) *string { return &s.Lang }, LangChinese, LangEnglish),
			func(s Settings) string { return s.Lang }},
		{"output",
			readText(func(s *Settings) *string { return &s.Output }, nil),
			func(s Settings) string { return s.Output }},
		{"timezone",
			readText(func(s *Settings) *string { return &s.Timezone }, checkTimezone),
			func(s Settings) string { return s.Timezone }},
		{"share",
			readWord(func(s *Settings) *Share { return &s.Share }, ShareAll, ShareDirect, ShareSeparate),
			func(s Settings) string { return string(s.Share) }},
		{"include",
			readGlobs(func(s *Settings) *[]string { return &s.Include }),
			func(s Settings) string { return strings.Join(s.Include, ", ") }},
		{"exclude",
			readGlobs(func(s *Settings) *[]string { return &s.Exclude }),
			func(s Settings) string { return strings.Join(s.Exclude, ", ") }},
		{"include_tools",
			readBool(func(s *Settings) *bool { return &s.IncludeTools }),
			func(s Settings) string { return strconv.FormatBool(s.IncludeTools) }},
		{"shared.markdown_bytes",
			readNumber(func(s *Settings) *int { return &s.Shared.MarkdownBytes }, minMarkdownBytes, maxMarkdownBytes),
			func(s Settings) string { return strconv.Itoa(s.Shared.MarkdownBytes) }},
		{"shared.json_bytes",
			readNumber(func(s *Settings) *int { return &s.Shared.JSONBytes }, minJSONBytes, maxJSONBytes),
			func(s Settings) string { return strconv.Itoa(s.Shared.JSONBytes) }},
		{"shared.messages_per_session",
			readNumber(func(s *Settings) *int { return &s.Shared.MessagesPerSession }, minMessages, maxMessages),
			func(s Settings) string { return strconv.Itoa(s.Shared.MessagesPerSession) }},
		{"redact.rules",
			readList(func(s *Settings) *[]Rule { return &s.Redact.Rules }, readRule),
			func(s Settings) string { return s.Redact.ruleNames() }},
		{"redact.allow", // shown as a number: what must not be taken out may be personal
			readList(func(s *Settings) *[]Allow { return &s.Redact.Allow }, readAllow),
			func(s Settings) string { return strconv.Itoa(len(s.Redact.Allow)) }},
		{"redact.disable",
			readList(func(s *Settings) *[]string { return &s.Redact.Disable }, readRuleName),
			func(s Settings) string { return strings.Join(s.Redact.Disable, ", ") }},
		{"redact.enable",
			readList(func(s *Settings) *[]string { return &s.Redact.Enable }, readRuleName),
			func(s Settings) string { return strings.Join(s.Redact.Enable, ", ") }},
		{"redact.known_values_from_env",
			readList(func(s *Settings) *[]string { return &s.Redact.KnownValuesFromEnv }, readVariable),
			func(s Settings) string { return strings.Join(s.Redact.KnownValuesFromEnv, ", ") }},
		{"redact.numbered",
			readBool(func(s *Settings) *bool { return &s.Redact.Numbered }),
			func(s Settings) string { return strconv.FormatBool(s.Redact.Numbered) }},
	}
}

// lookUp finds the setting name in the group that prefix stands for.
func lookUp(prefix, name string) (setting, bool) {
	for _, s := range settings() {
		if s.key == prefix+name && !strings.Contains(name, ".") {
			return s, true
		}
	}
	return setting{}, false
}

// isGroup reports whether key holds other keys.
func isGroup(key string) bool {
	for _, s := range settings() {
		if strings.HasPrefix(s.key, key+".") {
			return true
		}
	}
	return false
}

// keyNames lists the full keys of all settings.
func keyNames() []string {
	var names []string
	for _, s := range settings() {
		names = append(names, s.key)
	}
	return names
}
