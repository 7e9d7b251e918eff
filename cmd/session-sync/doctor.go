package main

import (
	"os"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

func doctorCommand() console.Command {
	return console.Command{
		Name:    "doctor",
		Summary: terminal.Both("检查安装，指出问题和办法", "what is wrong, and what mends it"),
		About: terminal.Both(
			"检查程序、技能、OpenClaw 的数据、存档、共享文件和定时同步，为每个问题给出办法。不写任何文件，也不运行其他程序。有必须处理的问题时退出码为 1。",
			"Checks the program, the skill, OpenClaw's stores, the archive, the shared files and the schedule, and names the remedy for each finding. It writes nothing and starts no other program. The exit code is 1 when something has to be mended.",
		),
		Examples: [2]string{"session-sync doctor", "session-sync doctor --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return checkUp(a, *asJSON)
			}
		},
	}
}

func checkUp(a *console.App, asJSON bool) error {
	if err := a.CheckNamedSettings(); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		self = "" // then we are not among the copies that are compared
	}
	diagnosis, err := engine.Checkup(a.Ctx, engine.CheckupOptions{Options: a.Options(""), Self: self, Root: "/"})
	if err != nil {
		return err
	}
	if asJSON {
		err = a.PrintJSON(diagnosis)
	} else {
		err = diagnosis.Write(a.Stdout)
	}
	if err == nil && !diagnosis.OK {
		return console.ErrProblems
	}
	return err
}
