package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
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

// TestTemplateExample: what the template shows of redaction can be used as it
// is, and both languages show the same.
func TestTemplateExample(t *testing.T) {
	example := func(lang string) Redact {
		_, text, _ := strings.Cut(string(Template(lang)), "#   redact:\n")
		text, _, _ = strings.Cut(text, "\n\n")
		return mustParse(t, "config.yaml", "redact:\n"+strings.ReplaceAll(text, "#  ", "")).Settings.Redact
	}
	english, chinese := example(LangEnglish), example(LangChinese)
	if !reflect.DeepEqual(english, chinese) {
		t.Errorf("English %+v, Chinese %+v", english, chinese)
	}
	if len(english.Rules) != 1 || english.Rules[0].Group != 1 || len(english.Allow) != 2 || len(english.KnownValuesFromEnv) != 1 {
		t.Errorf("it shows %+v", english)
	}
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "config.yaml")
	if err := Create(path, LangEnglish); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, LangChinese); !errors.Is(err, fs.ErrExist) {
		t.Errorf("again: got %v, want ErrExist", err)
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != string(Template(LangEnglish)) {
		t.Errorf("it holds %.40q, %v", text, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("its mode is %v", info.Mode())
	}
	if err := Create(filepath.Join(path, "config.yaml"), LangEnglish); err == nil {
		t.Error("no error below a file")
	}
}

func TestTemplateOfOtherLanguage(t *testing.T) {
	if string(Template("fr")) != string(Template(LangChinese)) {
		t.Error("an unknown language does not give the default template")
	}
}
