package main

import (
	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/engine"
)

func redactCommand() command {
	return command{
		name:    "redact",
		summary: phrase{"去除文本中的密钥和个人信息", "take secrets and personal data out of text"},
		about: phrase{
			"从标准输入读取文本,去除密钥和个人信息后写到标准输出。用 --jsonl 时,每行输入是 {\"id\",\"text\"},每行输出是 {\"id\",\"redacted\"},顺序不变。",
			"Reads text from stdin and writes it to stdout with placeholders for secrets and personal data. With --jsonl each line in is {\"id\",\"text\"} and each line out {\"id\",\"redacted\"}, in the same order.",
		},
		examples: [2]string{"session-sync redact < notes.txt", "session-sync redact --jsonl < texts.jsonl"},
		setup: func(flags *pflag.FlagSet) action {
			lines := flags.Bool("jsonl", false, "one JSON object a line / 每行一个 JSON 对象")
			return func(a *app, operands []string) error {
				if err := noOperands(operands); err != nil {
					return err
				}
				if *lines {
					return engine.RedactLines(a.ctx, a.stdin, a.stdout)
				}
				return engine.RedactText(a.stdin, a.stdout)
			}
		},
	}
}
