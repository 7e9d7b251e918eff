package config

import _ "embed"

//go:embed template_zh.yaml
var templateChinese string

//go:embed template_en.yaml
var templateEnglish string

// Template returns a settings file that documents every key and sets none. It
// is Chinese unless lang is en.
func Template(lang string) []byte {
	if lang == LangEnglish {
		return []byte(templateEnglish)
	}
	return []byte(templateChinese)
}
