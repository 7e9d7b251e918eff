package main

import (
	"context"
	"io"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/engine"
)

func redactCommand() command {
	return command{
		name:     "redact",
		operands: "[-]",
		summary:  phrase("去除文本中的密钥和个人信息", "take secrets and personal data out of text"),
		about: phrase(
			"从标准输入读取文本,去除密钥和个人信息后写到标准输出。用 --jsonl 时,每行输入是 {\"id\",\"text\"},每行输出是 {\"id\",\"redacted\"},顺序不变。",
			"Reads text from stdin and writes it to stdout with placeholders for secrets and personal data. With --jsonl each line in is {\"id\",\"text\"} and each line out {\"id\",\"redacted\"}, in the same order.",
		),
		examples: [2]string{"session-sync redact < notes.txt", "session-sync redact --jsonl < texts.jsonl"},
		setup: func(flags *pflag.FlagSet) action {
			lines := flags.Bool("jsonl", false, "one JSON object a line / 每行一个 JSON 对象")
			return func(a *app, operands []string) error {
				if len(operands) == 1 && operands[0] == "-" {
					operands = nil
				}
				if err := noOperands(operands); err != nil {
					return err
				}
				return a.redact(*lines)
			}
		},
	}
}

func (a *app) redact(lines bool) error {
	in, stop := interruptible(a.ctx, a.stdin)
	defer stop()
	if lines {
		return engine.RedactLines(a.ctx, in, a.stdout)
	}
	return engine.RedactText(in, a.stdout)
}

// interruptible reads from in until ctx ends. A read of a terminal or a pipe
// can't be called off, so it is left to a goroutine that ends with the input or
// with the program.
func interruptible(ctx context.Context, in io.Reader) (r io.Reader, stop func()) {
	out, feed := io.Pipe()
	go func() {
		_, err := io.Copy(feed, in)
		feed.CloseWithError(err)
	}()
	release := context.AfterFunc(ctx, func() { feed.CloseWithError(ctx.Err()) })
	return out, func() {
		release()
		out.Close()
	}
}
