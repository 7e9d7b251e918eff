#!/bin/sh
# Builds session-sync from the folder above this one and puts it into
# ~/.local/bin, or into $SESSION_SYNC_BIN. All it needs is Go; in a release
# archive, which holds the program, not even that:
#
#     sh "<folder of SKILL.md>/check_install/install.sh"
#
# It writes the program and what Go caches, nothing else. An earlier program is
# replaced in one step, and only by one that runs.
set -eu

case ${SESSION_SYNC_LANG:-} in
zh | en) lang=$SESSION_SYNC_LANG ;;
*)
	case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
	[zZ][hH]*) lang=zh ;;
	*) lang=en ;;
	esac
	;;
esac

# say prints the one of two texts that is in the user's language.
say() {
	if [ "$lang" = zh ]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi
}

# fail takes what happened and what to do about it, each in both languages.
fail() {
	say "session-sync: $1" "session-sync: $2" >&2
	say "session-sync: 提示：$3" "session-sync: hint: $4" >&2
	exit 1
}

# older compares two versions by their numbers.
older() {
	awk -v a="$1" -v b="$2" 'BEGIN {
		split(a, x, "."); split(b, y, ".")
		for (i = 1; i <= 3; i++) if (x[i] + 0 != y[i] + 0) exit !(x[i] + 0 < y[i] + 0)
		exit 1
	}'
}

# shown is a path as a shell takes it word for word.
shown() {
	case $1 in
	*[!A-Za-z0-9/._+,:@%-]*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

# real is a path without links in its directory.
real() {
	(CDPATH='' cd -- "$(dirname -- "$1")" && printf '%s/%s' "$(pwd -P)" "$(basename -- "$1")")
}

dir=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# A release archive holds the program in place of its source.
ready=
for file in "$dir/session-sync" "$dir/session-sync.exe"; do
	if [ -f "$file" ] && [ ! -f "$dir/go.mod" ]; then ready=$file; fi
done
[ -n "$ready" ] || [ -f "$dir/go.mod" ] || fail "这个技能目录不完整，缺少 go.mod：$dir" "this skill folder is not whole, go.mod is missing: $dir" \
	"重新安装技能，复制整个目录" "install the skill again, with all of its folder"
[ -n "${HOME:-}" ] || fail "没有设置 HOME" "HOME is not set" \
	"设置 HOME 后再运行，例如 HOME=/home/NAME sh …" "set it and run this again, such as HOME=/home/NAME sh …"
if [ -n "$ready" ]; then
	name=$(basename -- "$ready")
else
	need=$(sed -n 's/^go //p' "$dir/go.mod")
	command -v go >/dev/null || fail "PATH 中没有 Go" "there is no Go on PATH" \
		"安装 Go $need 或更新的版本：https://go.dev/dl/（国内：https://golang.google.cn/dl/）" "install Go $need or newer: https://go.dev/dl/"

	# What the user has set for other builds, such as -mod=vendor, another system or
	# a workspace around this folder, must not reach this one. Go is asked outside of
	# modules, where it tells its own version and fetches no other one.
	export CGO_ENABLED=0 GO111MODULE=on GOWORK=off GOFLAGS=-mod=readonly
	GOOS=$(cd / && go env GOHOSTOS)
	GOARCH=$(cd / && go env GOHOSTARCH)
	export GOOS GOARCH
	have=$(cd / && GOTOOLCHAIN=local go version) || have=
	have=${have#go version go}
	have=${have%% *}
	case $have in
	[0-9]*)
		if older "$have" "$need"; then
			say "这里的 Go 是 ${have}，需要 ${need}。Go 1.21 起会自动下载所需的版本，除非 GOTOOLCHAIN=local。" \
				"This is Go $have, and $need is needed. From Go 1.21 on Go fetches it by itself, unless GOTOOLCHAIN=local."
		fi
		;;
	esac
	name=session-sync$(cd / && go env GOEXE)
fi

bin=${SESSION_SYNC_BIN:-$HOME/.local/bin}
made=
if [ ! -d "$bin" ]; then
	mkdir -p -- "$bin" || fail "不能创建目录：$bin" "the directory can't be made: $bin" \
		"用 SESSION_SYNC_BIN 指定另一个目录" "name another directory with SESSION_SYNC_BIN"
	made=yes
fi
bin=$(CDPATH='' cd -- "$bin" && pwd)
program=$bin/$name
[ ! -d "$program" ] || fail "这里有一个同名的目录：$program" "a directory lies in the program's place: $program" \
	"移走它，或用 SESSION_SYNC_BIN 指定另一个目录" "move it away, or name another directory with SESSION_SYNC_BIN"

new=$bin/.session-sync.new.$$
trap 'rm -f -- "$new"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -n "$ready" ]; then
	cp -- "$ready" "$new" && chmod 755 "$new" || fail "不能写入 $bin" "$bin is not writable" \
		"用 SESSION_SYNC_BIN 指定另一个目录" "name another directory with SESSION_SYNC_BIN"
else
	# The folder may lie in a repository of somebody's, whose state is no version of
	# ours, so nothing is recorded of it.
	say "正在构建，第一次需要几分钟…" "Building; the first time takes some minutes …"
	(
		cd -- "$dir"
		go build -trimpath -buildvcs=false -o "$new" ./cmd/session-sync
	) || fail "构建失败，原有的程序没有改动；原因见上" "building failed, for the reason above; an earlier program is as it was" \
		"需要 Go ${need}：https://go.dev/dl/ ；下载不了模块时设置代理，例如 GOPROXY=https://goproxy.cn,direct" \
		"it takes Go $need, https://go.dev/dl/, and its module proxy; GOPROXY names another one"
fi
version=$("$new" version </dev/null) || fail "程序不能在 $bin 中运行" "the program does not run in $bin" \
	"用 SESSION_SYNC_BIN 指定一个可以运行程序的目录" "name a directory that programs may run in with SESSION_SYNC_BIN"
mv -f -- "$new" "$program" || fail "不能替换 $program" "$program can't be replaced" \
	"停止正在运行的 session-sync 后再试" "end the session-sync that is running, and try again"
say "已安装 $(printf '%s\n' "$version" | sed 1q)：$program" "Installed $(printf '%s\n' "$version" | sed 1q): $program"

call=session-sync
found=$(command -v session-sync) || found=
if [ -z "$found" ] || [ "$(real "$found")" != "$(real "$program")" ]; then
	call=$(shown "$program")
	case :$PATH: in
	*:"$bin":*)
		say "PATH 中排在前面的是另一个 session-sync：$found" "Another session-sync comes first on PATH: $found"
		;;
	*)
		case $bin in
		*[\"\$\`\\]*) line="export PATH=$(shown "$bin"):\"\$PATH\"" ;;
		"$HOME"/*) line="export PATH=\"\$HOME${bin#"$HOME"}:\$PATH\"" ;;
		*) line="export PATH=\"$bin:\$PATH\"" ;;
		esac
		case ${SHELL:-} in
		*/zsh) file=.zshrc ;;
		*/bash) file=.bashrc ;;
		*/fish) file=.config/fish/config.fish line="fish_add_path $(shown "$bin")" ;;
		*) file=.profile ;;
		esac
		say "$bin 不在 PATH 中。把这一行加入 ~/${file}，然后打开新的终端：" "$bin is not on PATH. Put this line into ~/$file, then open a new terminal:"
		printf '    %s\n' "$line"
		;;
	esac
fi
if [ -n "$made" ]; then
	say "这个目录是新建的，OpenClaw 的网关启动时才会找到它；请重启：" "The directory is new, and OpenClaw's gateway finds it when it starts; restart it:"
	printf '    openclaw gateway restart\n'
fi

say "接下来运行：" "Next, run:"
printf '    %s\n' "$call doctor" "$call sync" "$call cron install"

if command -v openclaw >/dev/null; then
	set -- openclaw skills info session-sync
	if command -v timeout >/dev/null; then set -- timeout 60 "$@"; fi
	"$@" </dev/null || say "openclaw skills info 没有成功，不影响已安装的程序。" "openclaw skills info failed; the program is installed all the same."
fi
