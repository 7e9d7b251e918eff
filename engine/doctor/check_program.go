package doctor

import (
	"go/version"
	"path/filepath"
	"slices"
	"strings"
)

func checkVersion(version string) []Finding {
	if version == "" {
		return nil
	}
	return []Finding{ok("version", "", say("session-sync %s", "session-sync %s", version))}
}

// checkToolchain looks at the Go that builds the program.
func checkToolchain(t *Toolchain) []Finding {
	if t == nil {
		return nil
	}
	install := say("安装 Go %[1]s 或更新的版本：https://go.dev/dl/", "install Go %[1]s or newer: https://go.dev/dl/", t.Needed)
	switch {
	case olderGo(t.Running, t.Needed):
		return []Finding{problem("go-too-old", "", say("Go %s 太旧，需要 %s", "Go %s is too old, %s is needed", t.Running, t.Needed), install)}
	case olderGo(t.Found, t.Needed):
		return []Finding{warning("go-old", t.Path, say(
			"PATH 中的 Go 是 %s，而 go.mod 需要 %s：每次构建都要先取得较新的 Go",
			"the Go on PATH is %s, go.mod needs %s: each build has to fetch a newer one first", t.Found, t.Needed), install)}
	case t.Needed == "":
		return []Finding{ok("go", t.Path, say("Go %s", "Go %s", t.Running))}
	}
	return []Finding{ok("go", t.Path, say("Go %s（需要 %s）", "Go %s (%s is needed)", t.Running, t.Needed))}
}

// olderGo compares versions with or without the prefix "go". What is no
// release, such as a build of Go's own tree, counts as new.
func olderGo(have, need string) bool {
	have, need = "go"+strings.TrimPrefix(have, "go"), "go"+strings.TrimPrefix(need, "go")
	return version.IsValid(have) && version.IsValid(need) && version.Compare(have, need) < 0
}

// buildCommand builds and installs, where there is nothing but Go.
const buildCommand = "sh check_install/install.sh"

// checkCopies looks at the copies of the program. The version to go by is that
// of the program that asks, else that of the one which runs by its name.
func checkCopies(copies []Copy) []Finding {
	build := say("在技能目录中运行：%s", "in the skill's folder, run: %s", buildCommand)
	ours := slices.DeleteFunc(slices.Clone(copies), func(c Copy) bool { return !c.Ours })
	findings := []Finding{warning("binary-missing", "", say("没有找到已安装的 session-sync", "no installed session-sync was found"), build)}
	wanted := ""
	if len(ours) > 0 {
		findings = []Finding{installed(ours[0]).with(map[string]int{"copies": len(ours)})}
		wanted = ours[0].Version
	}
	for _, c := range ours {
		if c.Self {
			wanted = c.Version
		}
	}
	for _, c := range first(odd(copies, wanted)) {
		findings = append(findings, oddCopy(c, wanted))
	}
	return findings
}

// ofATree is the version that Go records in what is built from a folder, as
// install.sh does: it tells nothing.
const ofATree = "devel"

// installed tells of the copy that runs by its name, else the best there is.
func installed(c Copy) Finding {
	switch {
	case c.OnPath && c.Version == ofATree:
		return ok("binary", c.Path, say("程序：%s", "program: %s", c.Path))
	case c.OnPath:
		return ok("binary", c.Path, say("程序：%s（版本 %s）", "program: %s (version %s)", c.Path, c.Version))
	}
	return warning("binary-not-on-path", c.Path, say(
		"session-sync 不在 PATH 中，只能用完整路径运行：%s（版本 %s）", "session-sync is not on PATH, it runs by its full path only: %s (version %s)", c.Path, c.Version),
		say("把 %s 加入 PATH", "add %s to PATH", filepath.Dir(c.Path)))
}

// odd are the copies that are not what the wanted version is.
func odd(copies []Copy, wanted string) []Copy {
	var found []Copy
	for _, c := range copies {
		if !c.Ours && c.OnPath || c.Ours && c.Version != wanted {
			found = append(found, c)
		}
	}
	return found
}

func oddCopy(c Copy, wanted string) Finding {
	if !c.Ours {
		return warning("binary-foreign", c.Path, say(
			"%s 是另一个同名程序", "%s is another program of the same name", c.Path),
			say("给它改名，或让我们的目录在 PATH 中排在它前面", "rename it, or put our directory before it on PATH"))
	}
	return warning("binary-other-version", c.Path, say(
		"%s 是版本 %s，而不是 %s", "%s is version %s, not %s", c.Path, c.Version, wanted),
		say("删除：rm %[1]s；或更新：在技能目录中运行 SESSION_SYNC_BIN=%[2]s %[3]s",
			"delete it: rm %[1]s; or update it: in the skill's folder, run: SESSION_SYNC_BIN=%[2]s %[3]s",
			quoted(c.Path), quoted(filepath.Dir(c.Path)), buildCommand))
}
