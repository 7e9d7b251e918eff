package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/smallccwc/chronosync/engine/manifest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("o", filepath.Join("bin", "release"), "the `directory` that the archives go to")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := release(ctx, ".", *out, flags.Args(), stdout); err != nil {
		fmt.Fprintf(stderr, "release: %v\n", err)
		return 1
	}
	return 0
}

// release writes the archives of the platforms, or of all when none is named,
// and the list of their checksums, which it also prints. It writes nothing
// before all of them are made.
func release(ctx context.Context, root, out string, platforms []string, list io.Writer) error {
	skill, err := manifest.Skill()
	if err != nil {
		return err
	}
	if len(platforms) == 0 {
		platforms = skill.Compat.Platforms
	}
	texts, err := readTexts(os.DirFS(root))
	if err != nil {
		return err
	}
	var made []file
	var sums strings.Builder
	for _, platform := range platforms {
		archive, err := archiveFor(ctx, root, platform, skill, texts)
		if err != nil {
			return err
		}
		made = append(made, archive)
		fmt.Fprintf(io.MultiWriter(&sums, list), "%x  %s\n", sha256.Sum256(archive.data), archive.name)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, f := range append(made, file{"SHA256SUMS", 0o644, []byte(sums.String())}) {
		if err := os.WriteFile(filepath.Join(out, f.name), f.data, f.mode); err != nil {
			return err
		}
	}
	return nil
}

// archiveFor builds the program for a platform, such as linux/amd64, and packs
// it with the texts.
func archiveFor(ctx context.Context, root, platform string, skill manifest.Manifest, texts []file) (file, error) {
	system, processor, named := strings.Cut(platform, "/")
	if !named {
		return file{}, fmt.Errorf("%q is no platform; one is linux/amd64", platform)
	}
	program, err := build(ctx, root, system, processor)
	if err != nil {
		return file{}, fmt.Errorf("building for %s: %w", platform, err)
	}
	folder := strings.Join([]string{skill.Name, skill.Version, system, processor}, "-")
	pack, ending, binary := tarball, ".tar.gz", skill.Entrypoints.CLI.Binary
	if system == "windows" {
		pack, ending, binary = zipped, ".zip", binary+".exe"
	}
	archive, err := pack(folder, append([]file{{binary, 0o755, program}}, texts...))
	if err != nil {
		return file{}, fmt.Errorf("packing for %s: %w", platform, err)
	}
	return file{folder + ending, 0o644, archive}, nil
}

// build gives the program for a platform. What the user has set for other
// builds is left out.
func build(ctx context.Context, root, system, processor string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "release")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "program")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", program, "./cmd/session-sync")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "GOAMD64=v1", "GOARM64=v8.0",
		"CGO_ENABLED=0", "GO111MODULE=on", "GOWORK=off", "GOFLAGS=-mod=readonly", "GOEXPERIMENT=")
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, said)
	}
	return os.ReadFile(program)
}

// readTexts reads what goes with the program, in a fixed order.
func readTexts(root fs.FS) ([]file, error) {
	var texts []file
	for _, pattern := range []string{"LICENSE", "README.md", "README.zh-CN.md", "SKILL.md", "check_install/install.*", "references/*.md", "skill.yaml"} {
		names, err := fs.Glob(root, pattern)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("there is no %s; run this at the top of the repository", pattern)
		}
		for _, name := range names {
			text, err := fs.ReadFile(root, name)
			if err != nil {
				return nil, err
			}
			texts = append(texts, file{name, 0o644, text})
		}
	}
	return texts, nil
}
