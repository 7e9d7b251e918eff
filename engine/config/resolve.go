package config

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Environment variables that override settings.
const (
	envOutput   = "SESSION_SYNC_OUTPUT"
	envHome     = "SESSION_SYNC_HOME"
	envLang     = "SESSION_SYNC_LANG"
	envStateDir = "OPENCLAW_STATE_DIR"
)

// Lookup finds an environment variable, as os.LookupEnv does.
type Lookup func(name string) (string, bool)

// get returns "" for variables that are blank, "undefined" or "null", which
// launchers leave behind for values they don't have.
func (l Lookup) get(name string) string {
	if l == nil {
		return ""
	}
	value, _ := l(name)
	value = strings.TrimSpace(value)
	if value == "undefined" || value == "null" {
		return ""
	}
	return value
}

// Flag is a flag of the command line. An empty value was not given.
type Flag struct {
	Name  string // as people write it: "--output"
	Value string
}

// Flags are the flags that override settings.
type Flags struct {
	Lang     Flag // language of the terminal; the files keep theirs
	Output   Flag
	Home     Flag // directory of the archive
	StateDir Flag // OpenClaw's state directory
}

// Overrides is what comes before the settings file.
type Overrides struct {
	Flags    Flags
	Env      Lookup // nil: an empty environment
	UserHome string // what a leading ~ in paths stands for; "" when unknown
}

// Value is one value that holds and where it comes from.
type Value struct {
	Key    string `json:"key"`
	Value  string `json:"value"`  // lists are joined with ", "; "" where the default is found elsewhere
	Origin string `json:"origin"` // "flag --output", "environment SESSION_SYNC_OUTPUT", "file <path>:<line>" or "default"
}

const originDefault = "default"

// OriginChinese tells a Chinese reader an origin, or why else a place is the one
// it is. Names and paths in it stay; what it does not know stays as it is.
func OriginChinese(origin string) string {
	words := map[string]string{
		originDefault: "默认", "settings": "设置", "older name": "旧名称",
		"flag": "选项", "environment": "环境变量", "file": "文件", "profile": "配置档",
	}
	if chinese, is := words[origin]; is {
		return chinese
	}
	if word, name, found := strings.Cut(origin, " "); found && words[word] != "" {
		return words[word] + " " + name
	}
	return origin
}

// Config is what a run goes by. All settings are filled in as by
// [Settings.Filled].
type Config struct {
	Settings
	ShareSet     bool   // the file says how to share; otherwise Share is the default
	TerminalLang string // as by [TerminalLang]
	Home         string // directory of the archive; "" for the default
	StateDir     string // OpenClaw's state directory; "" for the default

	values []Value
	known  func() []string // secrets, see Redact.known
	unused []Unused
	inVain *Error // about the first of unused
}

// Values lists every value with its origin, settings first and in the order of
// the template.
func (c Config) Values() []Value { return c.values }

// Home is the directory of the archive as flag or environment name it. It is
// known before the settings file, which usually lies there. Paths from flags
// and environment are relative to the working directory.
func (o Overrides) Home() (Value, error) {
	return o.place("home", o.Flags.Home, envHome)
}

// StateDir is OpenClaw's state directory as flag or environment name it.
func (o Overrides) StateDir() (Value, error) {
	return o.place("state_dir", o.Flags.StateDir, envStateDir)
}

// Resolve applies the overrides to the file and fills in the defaults. A path
// in the file is relative to the file's directory. Its errors are of type
// [*Error].
func (f File) Resolve(o Overrides) (Config, error) {
	if err := o.checkLang(); err != nil {
		return Config{}, err
	}
	home, err := o.Home()
	if err != nil {
		return Config{}, err
	}
	stateDir, err := o.StateDir()
	if err != nil {
		return Config{}, err
	}
	output, err := f.output(o)
	if err != nil {
		return Config{}, err
	}
	lang := terminalLang(o.Flags.Lang, o.Env, f.value("lang", f.Settings.Lang))
	c := Config{
		Settings:     f.Settings.Filled(),
		ShareSet:     f.Settings.Share != "",
		TerminalLang: lang.Value,
		Home:         home.Value,
		StateDir:     stateDir.Value,
	}
	c.Output = output.Value
	c.known, c.unused = c.Redact.known(o.Env)
	c.inVain = f.inVain(c.unused)
	for _, s := range settings() {
		v := f.value(s.key, s.show(c.Settings))
		if s.key == output.Key {
			v = output
		}
		c.values = append(c.values, v)
	}
	c.values = append(c.values, lang, home, stateDir)
	return c, nil
}

// value says whether the value of a setting is the file's or the default.
func (f File) value(key, value string) Value {
	if line := f.lines[key]; line > 0 {
		return Value{key, value, fmt.Sprintf("file %s:%d", f.Path, line)}
	}
	return Value{key, value, originDefault}
}

// output is the place of the shared files: flag, environment, file.
func (f File) output(o Overrides) (Value, error) {
	output, err := o.place("output", o.Flags.Output, envOutput)
	if err != nil || output.Value != "" {
		return output, err
	}
	path, problem := expand(f.Settings.Output, o.UserHome)
	if problem != nil {
		problem.Path, problem.Line, problem.Key = f.Path, f.lines["output"], "output"
		return Value{}, problem
	}
	if path != "" && !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(f.Path), path)
	}
	return f.value("output", path), nil
}

// place looks for a path in a flag, then in a variable.
func (o Overrides) place(key string, flag Flag, variable string) (Value, error) {
	value, name, origin := flag.Value, flag.Name, "flag "+flag.Name
	if value == "" {
		value, name, origin = o.Env.get(variable), variable, "environment "+variable
	}
	if value == "" {
		return Value{Key: key, Origin: originDefault}, nil
	}
	problem := checkText(value)
	if problem == nil {
		value, problem = expand(value, o.UserHome)
	}
	if problem != nil {
		problem.Key = name
		return Value{}, problem
	}
	return Value{key, value, origin}, nil
}

// expand cleans a path and puts the home directory in the place of a leading ~.
func expand(path, userHome string) (string, *Error) {
	if path == "" {
		return "", nil
	}
	rest, tilde := strings.CutPrefix(path, "~")
	if !tilde {
		return filepath.Clean(path), nil
	}
	if rest != "" && !os.IsPathSeparator(rest[0]) {
		return "", &Error{
			Problem: "begins with ~ and a name, which is not supported",
			Hint:    "write the path out, or begin it with ./ if the name really has a ~",
		}
	}
	if userHome == "" {
		return "", &Error{Problem: "begins with ~, but the home directory is not known", Hint: "write the path out"}
	}
	return filepath.Join(userHome, rest), nil
}

// checkLang refuses languages that [TerminalLang] passes over.
func (o Overrides) checkLang() error {
	flag := o.Flags.Lang
	if flag.Value != "" && !isLang(flag.Value) {
		return langError(flag.Name, flag.Value)
	}
	if v := o.Env.get(envLang); v != "" && !isLang(v) {
		return langError(envLang, v)
	}
	return nil
}

func langError(name, value string) *Error {
	problem := notOneOf(shownValue(value), []string{LangChinese, LangEnglish})
	problem.Key = name
	return problem
}

func isLang(s string) bool { return s == LangChinese || s == LangEnglish }

// TerminalLang is the language in which to speak on the terminal: the first of
// flag, SESSION_SYNC_LANG and the file's language (empty when not set) that is
// zh or en, else what the locale says: zh for any Chinese one, en otherwise. It
// passes over wrong values, so that the error about them has a language;
// [File.Resolve] refuses them.
func TerminalLang(flag string, env Lookup, fileLang string) string {
	return terminalLang(Flag{Value: flag}, env, Value{Value: fileLang}).Value
}

func terminalLang(flag Flag, env Lookup, file Value) Value {
	const key = "terminal_lang"
	for _, candidate := range []Value{
		{key, flag.Value, "flag " + flag.Name},
		{key, env.get(envLang), "environment " + envLang},
		{key, file.Value, file.Origin},
	} {
		if isLang(candidate.Value) {
			return candidate
		}
	}
	// The first one that is set decides, as in every other program.
	variable := cmp.Or(setName(env, "LC_ALL"), setName(env, "LC_MESSAGES"), setName(env, "LANG"))
	if variable == "" {
		return Value{key, LangEnglish, originDefault}
	}
	lang := LangEnglish
	if strings.HasPrefix(strings.ToLower(env.get(variable)), "zh") {
		lang = LangChinese
	}
	return Value{key, lang, "environment " + variable}
}

// setName returns name if the variable is set.
func setName(env Lookup, name string) string {
	if env.get(name) == "" {
		return ""
	}
	return name
}
