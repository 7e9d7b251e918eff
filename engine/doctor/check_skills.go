package doctor

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// checkSkills looks at the copies of the skill's folder. OpenClaw takes the
// first; an old one there hides a new one behind it.
func checkSkills(f Facts) []Finding {
	findings := first(unseenSkills(f.UnseenSkills))
	if len(f.Skills) == 0 {
		if len(findings) > 0 || f.State.Missing || f.State.Path == "" {
			return findings
		}
		dir := filepath.Join(f.State.Path, "skills", "session-sync")
		return []Finding{note("skill-missing", dir, say(
			"OpenClaw 的技能目录中没有 session-sync，助手还不知道它", "no skill folder of OpenClaw's holds session-sync, so the assistant does not know it"),
			say(`在本项目的目录中运行：openclaw skills install "$PWD" --global`, `in this project's folder, run: openclaw skills install "$PWD" --global`))}
	}
	used := f.Skills[0]
	told := []Finding{ok("skill", used.Path, say("技能：%s（版本 %s）", "skill: %s (version %s)", used.Path, used.Version)).
		with(map[string]int{"copies": len(f.Skills)})}
	fits := func(s Skill) bool { return s.Version == f.Version }
	hidden := olderVersion(used.Version, f.Version) && slices.ContainsFunc(f.Skills, fits)
	if f.Version != "" && !fits(used) && !hidden {
		told = append(told, otherProgram(used, f.Version))
	}
	for _, s := range first(f.Skills[1:]) {
		told = append(told, furtherSkill(s, used))
	}
	return append(told, findings...)
}

// otherProgram tells that skill and program are of different versions. A newer
// skill was brought up to date without the program; an older one was left.
func otherProgram(used Skill, version string) Finding {
	remedy := say("构建与技能相同的版本：sh %s", "build the program of that version: sh %s", quoted(filepath.Join(used.Path, "check_install", "install.sh")))
	if olderVersion(used.Version, version) {
		remedy = say("用安装它时的办法更新技能，例如：openclaw skills install 目录 --global --force",
			"bring the skill up to date the way it came, such as: openclaw skills install FOLDER --global --force")
	}
	return warning("skill-not-of-program", used.Path, say(
		"技能是版本 %s，而这个程序是 %s", "the skill is version %s, this program is %s", used.Version, version), remedy)
}

// furtherSkill tells of a copy behind the one that OpenClaw uses.
func furtherSkill(s, used Skill) Finding {
	switch {
	case s.Version == used.Version:
		return ok("skill-copy", s.Path, say("技能的另一份：%s（版本 %s）", "another copy of the skill: %s (version %s)", s.Path, s.Version))
	case olderVersion(used.Version, s.Version):
		return warning("skill-hidden", s.Path, say(
			"较新的技能 %[1]s（版本 %[2]s）不起作用，因为 OpenClaw 先找到 %[3]s（版本 %[4]s）",
			"the newer skill %[1]s (version %[2]s) has no effect, because OpenClaw finds %[3]s (version %[4]s) first",
			s.Path, s.Version, used.Path, used.Version),
			say("删除旧的一份：%s", "delete the old one: %s", Command("rm", "-r", used.Path)))
	}
	return warning("skill-other-version", s.Path, say(
		"技能的另一份 %[1]s 是版本 %[2]s；OpenClaw 使用 %[3]s（版本 %[4]s）",
		"another copy of the skill, %[1]s, is version %[2]s; OpenClaw uses %[3]s (version %[4]s)",
		s.Path, s.Version, used.Path, used.Version),
		say("删除旧的一份：%s", "delete the old one: %s", Command("rm", "-r", s.Path)))
}

// unseenSkills are copies where OpenClaw does not look.
func unseenSkills(skills []Skill) []Finding {
	var findings []Finding
	for _, s := range skills {
		findings = append(findings, warning("skill-unseen", s.Path, say(
			"使用这个状态目录时，OpenClaw 不会读取技能 %s", "with this state directory OpenClaw does not look at the skill %s", s.Path),
			say("安装到这个状态目录：%s", "install it for this state directory: %s", Command("openclaw", "skills", "install", s.Path, "--global"))))
	}
	return findings
}

// olderVersion compares versions by their numbers. A version that goes on
// behind them, such as 2.0.0-dev, comes before the one that does not; what has
// no numbers comes first.
func olderVersion(a, b string) bool {
	aNumbers, aRest := numbers(a)
	bNumbers, bRest := numbers(b)
	return cmp.Or(slices.Compare(aNumbers, bNumbers), cmp.Compare(open(bRest), open(aRest)), cmp.Compare(aRest, bRest)) < 0
}

// open is 1 for a version that goes on behind its numbers.
func open(rest string) int { return min(len(rest), 1) }

func numbers(version string) (list []int, rest string) {
	plain, rest, _ := strings.Cut(version, "-")
	for part := range strings.SplitSeq(plain, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, version
		}
		list = append(list, n)
	}
	return list, rest
}
