package config

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTemplate(t *testing.T) {
	for _, lang := range []string{LangChinese, LangEnglish} {
		t.Run(lang, func(t *testing.T) {
			text := string(Template(lang))
			if !utf8.ValidString(text) || !strings.HasPrefix(text, "# ") || !strings.HasSuffix(text, "\n") {
				t.Error("not a text file that begins with a comment")
			}
			file := mustParse(t, "config.yaml", text)
			if !reflect.DeepEqual(file.Settings, Settings{}) || len(file.lines) > 0 {
				t.Errorf("it sets %+v", file.Settings)
			}

			// With its settings switched on it names every key, with the
			// default where there is one.
			setting := regexp.MustCompile(`(?m)^#((?:  )?[a-z_]+:)`)
			on := mustParse(t, "config.yaml", setting.ReplaceAllString(text, "$1"))
			for _, key := range keyNames() {
				if on.lines[key] == 0 {
					t.Errorf("%s is not in the template", key)
				}
			}
			got := on.Settings
			got.Output, got.Timezone, got.Include, got.Exclude = "", "", nil, nil
			if want := (Settings{}).Filled(); !reflect.DeepEqual(got, want) {
				t.Errorf("it shows %+v for the defaults %+v", got, want)
			}
			if len(on.Settings.Include)+len(on.Settings.Exclude) > 0 {
				t.Errorf("it shows filters %v, %v for the empty default", on.Settings.Include, on.Settings.Exclude)
			}
		})
	}
}

func TestTemplateOfOtherLanguage(t *testing.T) {
	if string(Template("fr")) != string(Template(LangChinese)) {
		t.Error("an unknown language does not give the default template")
	}
}
