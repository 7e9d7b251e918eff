package manifest

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

const root = "../.."

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	must(t, err)
	return string(text)
}

func skill(t *testing.T) Manifest {
	t.Helper()
	m, err := Skill()
	must(t, err)
	return m
}

// TestSkillYAML: skill.yaml says the same, no less and no more.
func TestSkillYAML(t *testing.T) {
	var file Manifest
	decoder := yaml.NewDecoder(strings.NewReader(read(t, "skill.yaml")))
	decoder.KnownFields(true)
	must(t, decoder.Decode(&file))
	got, err := json.MarshalIndent(file, "", " ")
	must(t, err)
	want, err := json.MarshalIndent(skill(t), "", " ")
	must(t, err)
	gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("skill.yaml says %s, the program %s", gotLines[i], wantLines[i])
		}
	}
	if !bytes.Equal(got, want) {
		t.Errorf("skill.yaml has %d values, the program %d", len(gotLines), len(wantLines))
	}
}

// TestFrontMatter holds the head of SKILL.md to what OpenClaw 2026.9.6, skills
// 1.7.4 and clawhub 0.23.3 take, and to the manifest.
func TestFrontMatter(t *testing.T) {
	text := read(t, "SKILL.md")
	parts := strings.SplitN(text, "---\n", 3)
	if len(parts) != 3 || parts[0] != "" {
		t.Fatal("SKILL.md has no front matter")
	}
	var head struct {
		Name        string
		Description string
		Homepage    string
		Invocable   *bool `yaml:"user-invocable"`
		Metadata    struct {
			OpenClaw struct {
				Emoji    string
				SkillKey string `yaml:"skillKey"`
				Homepage string
				OS       []string
				Requires struct {
					AnyBins []string `yaml:"anyBins"`
				}
				EnvVars []struct {
					Name        string
					Required    *bool
					Description string
				} `yaml:"envVars"`
			} `yaml:"openclaw"`
		}
	}
	decoder := yaml.NewDecoder(strings.NewReader(parts[1]))
	decoder.KnownFields(true) // so there is no install, always, primaryEnv or version
	must(t, decoder.Decode(&head))
	m, own := skill(t), head.Metadata.OpenClaw
	if head.Name != m.Name || own.SkillKey != m.Name || head.Description != m.Description || head.Homepage != m.Homepage || own.Homepage != m.Homepage {
		t.Errorf("it names %q, %q, %q, %q", head.Name, own.SkillKey, head.Description, head.Homepage)
	}
	if n := utf8.RuneCountInString(head.Description); n > 160 || strings.Contains(head.Description, "\n") {
		t.Errorf("the description has %d characters", n)
	}
	if head.Invocable == nil || !*head.Invocable {
		t.Error("people can't call it")
	}
	if got := own.Requires.AnyBins; !slices.Equal(got, []string{m.Entrypoints.CLI.Binary, "go"}) {
		t.Errorf("it requires %q", got)
	}
	if !slices.Equal(own.OS, []string{"linux", "darwin", "win32"}) {
		t.Errorf("it runs on %q", own.OS)
	}
	declared := map[string]string{}
	for _, v := range own.EnvVars {
		if v.Required == nil || *v.Required {
			t.Errorf("%s is required", v.Name)
		}
		declared[v.Name] = v.Description
	}
	if want := particular(m.Environment); !maps.Equal(declared, want) {
		t.Errorf("it declares %v, want %v", declared, want)
	}
	if lines := strings.Count(parts[2], "\n"); lines >= 200 || len(text) > 16<<10 {
		t.Errorf("SKILL.md has %d lines, %d bytes", lines, len(text))
	}
}

var particularName = regexp.MustCompile(`^(SESSION_SYNC|OPENCLAW|CLAWDBOT)_[A-Z_]+$`)

// particular are the variables that only OpenClaw and this program know.
func particular(variables map[string]string) map[string]string {
	own := maps.Clone(variables)
	maps.DeleteFunc(own, func(name, _ string) bool { return !particularName.MatchString(name) })
	return own
}

// TestEnvironment: the variables are those whose names stand in the code.
func TestEnvironment(t *testing.T) {
	found := map[string]bool{}
	for _, script := range []string{"install.sh", "install.ps1"} {
		for _, name := range regexp.MustCompile(`SESSION_SYNC_[A-Z]+`).FindAllString(read(t, "check_install/"+script), -1) {
			found[name] = true
		}
	}
	for _, room := range []string{"cmd", "engine", "check_install"} {
		must(t, filepath.WalkDir(filepath.Join(root, room), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(filepath.ToSlash(path), "engine/manifest/") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				if literal, is := node.(*ast.BasicLit); is && literal.Kind == token.STRING {
					if text, _ := strconv.Unquote(literal.Value); particularName.MatchString(text) {
						found[text] = true
					}
				}
				return true
			})
			return nil
		}))
	}
	names := slices.Sorted(maps.Keys(found))
	if want := slices.Sorted(maps.Keys(particular(skill(t).Environment))); !slices.Equal(names, want) {
		t.Errorf("the code reads\n%q, the manifest has\n%q", names, want)
	}
}

// TestBuild: the Go and the platforms are those of go.mod and the Makefile.
func TestBuild(t *testing.T) {
	m := skill(t)
	if want := "\ngo " + m.Entrypoints.CLI.Go + "\n"; !strings.Contains(read(t, "go.mod"), want) {
		t.Errorf("go.mod does not say %q", want)
	}
	if want := "\nPLATFORMS = " + strings.Join(m.Compat.Platforms, " ") + "\n"; !strings.Contains(read(t, "Makefile"), want) {
		t.Errorf("the Makefile does not say %q", want)
	}
	if _, script, _ := strings.Cut(m.Entrypoints.CLI.Build, " "); read(t, script) == "" {
		t.Error("there is nothing to build with")
	}
}
