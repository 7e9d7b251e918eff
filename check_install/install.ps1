# Builds session-sync from the folder above this one and puts it into
# ~\.local\bin, or into $env:SESSION_SYNC_BIN. All it needs is Go; in a release
# archive, which holds the program, not even that:
#
#     powershell -ExecutionPolicy RemoteSigned -File "<folder of SKILL.md>\check_install\install.ps1"
#
# It is for Windows PowerShell 5 and newer and does what install.sh does
# elsewhere. The file begins with a byte order mark, without which PowerShell 5
# can't read the Chinese in it.
$ErrorActionPreference = 'Stop'

$lang = $env:SESSION_SYNC_LANG
if ($lang -ne 'zh' -and $lang -ne 'en') {
    $lang = if ((Get-UICulture).Name -like 'zh*') { 'zh' } else { 'en' }
}

# Say prints the one of two texts that is in the user's language.
function Say([string]$zh, [string]$en) {
    if ($lang -eq 'zh') { Write-Output $zh } else { Write-Output $en }
}

# Fail takes what happened and what to do about it, each in both languages.
function Fail([string]$zh, [string]$en, [string]$hintZh, [string]$hintEn) {
    if ($lang -eq 'zh') { $text = "session-sync: $zh", "session-sync: 提示：$hintZh" }
    else { $text = "session-sync: $en", "session-sync: hint: $hintEn" }
    $text | ForEach-Object { [Console]::Error.WriteLine($_) }
    exit 1
}

$dir = Split-Path -Parent $PSScriptRoot
$mod = Join-Path $dir 'go.mod'
$source = Test-Path -LiteralPath $mod
$ready = Join-Path $dir 'session-sync.exe' # in a release archive, in place of the source
if (-not $source -and -not (Test-Path -LiteralPath $ready)) {
    Fail "这个技能目录不完整，缺少 go.mod：$dir" "this skill folder is not whole, go.mod is missing: $dir" `
        '重新安装技能，复制整个目录' 'install the skill again, with all of its folder'
}
$need = if ($source) { (Select-String -LiteralPath $mod -Pattern '^go (\S+)').Matches[0].Groups[1].Value }
if ($source -and -not (Get-Command go -CommandType Application -ErrorAction SilentlyContinue)) {
    Fail 'PATH 中没有 Go' 'there is no Go on PATH' `
        "安装 Go $need 或更新的版本：https://go.dev/dl/（国内：https://golang.google.cn/dl/）" "install Go $need or newer: https://go.dev/dl/"
}

$bin = if ($env:SESSION_SYNC_BIN) { $env:SESSION_SYNC_BIN } else { Join-Path $HOME '.local\bin' }
$made = -not (Test-Path -LiteralPath $bin)
$bin = (New-Item -ItemType Directory -Force -Path $bin).FullName
$program = Join-Path $bin 'session-sync.exe'
$new = Join-Path $bin ".session-sync.new.$PID.exe"
$old = Join-Path $bin ".session-sync.old.$PID.exe"

# What the user has set for other builds must not reach this one.
$own = @{ CGO_ENABLED = '0'; GO111MODULE = 'on'; GOWORK = 'off'; GOFLAGS = '-mod=readonly'; GOOS = ''; GOARCH = '' }
$before = @{}
foreach ($name in $own.Keys) { $before[$name] = [Environment]::GetEnvironmentVariable($name) }
Push-Location -LiteralPath $dir
try {
    foreach ($name in $own.Keys) { [Environment]::SetEnvironmentVariable($name, $own[$name]) }
    if ($source) {
        Say '正在构建，第一次需要几分钟…' 'Building; the first time takes some minutes ...'
        & go build -trimpath '-buildvcs=false' -o $new ./cmd/session-sync
        if ($LASTEXITCODE -ne 0) {
            Fail '构建失败，原有的程序没有改动；原因见上' 'building failed, for the reason above; an earlier program is as it was' `
                "需要 Go ${need}：https://go.dev/dl/ ；下载不了模块时设置代理，例如 GOPROXY=https://goproxy.cn,direct" `
                "it takes Go $need, https://go.dev/dl/, and its module proxy; GOPROXY names another one"
        }
    }
    else { Copy-Item -LiteralPath $ready -Destination $new }
    $version = & $new version | Select-Object -First 1
    if (-not $version) {
        Fail "程序不能在 $bin 中运行" "the program does not run in $bin" `
            '用 SESSION_SYNC_BIN 指定一个可以运行程序的目录' 'name a directory that programs may run in with SESSION_SYNC_BIN'
    }
    # A program that runs can be renamed here, but neither replaced nor deleted.
    if (Test-Path -LiteralPath $program) { Move-Item -LiteralPath $program -Destination $old -Force }
    try { Move-Item -LiteralPath $new -Destination $program }
    catch {
        if (Test-Path -LiteralPath $old) { Move-Item -LiteralPath $old -Destination $program }
        throw
    }
}
finally {
    Pop-Location
    foreach ($name in $own.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
    # Of the old ones, one that still runs stays until the next time.
    Remove-Item -LiteralPath $new -ErrorAction SilentlyContinue
    Get-ChildItem -LiteralPath $bin -Filter '.session-sync.old.*.exe' -Force | Remove-Item -ErrorAction SilentlyContinue
}
Say "已安装 ${version}：$program" "Installed ${version}: $program"

$call = 'session-sync'
$found = Get-Command session-sync -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if (-not $found -or $found.Source -ne $program) {
    $call = "& '" + $program.Replace("'", "''") + "'"
    if (($env:Path -split ';') -contains $bin) {
        Say "PATH 中排在前面的是另一个 session-sync：$($found.Source)" "Another session-sync comes first on PATH: $($found.Source)"
    }
    else {
        Say "$bin 不在 PATH 中。运行这一行，然后打开新的终端：" "$bin is not on PATH. Run this line, then open a new terminal:"
        Write-Output ("    [Environment]::SetEnvironmentVariable('Path', [Environment]::GetEnvironmentVariable('Path', 'User') + ';" + $bin.Replace("'", "''") + "', 'User')")
    }
}
if ($made) {
    Say '这个目录是新建的，OpenClaw 的网关启动时才会找到它；请重启：' 'The directory is new, and OpenClaw''s gateway finds it when it starts; restart it:'
    Write-Output '    openclaw gateway restart'
}

Say '接下来运行：' 'Next, run:'
foreach ($step in 'doctor', 'sync', 'cron install') { Write-Output "    $call $step" }

if (Get-Command openclaw -ErrorAction SilentlyContinue) {
    try { & openclaw skills info session-sync }
    catch { Say 'openclaw skills info 没有成功，不影响已安装的程序。' 'openclaw skills info failed; the program is installed all the same.' }
}
exit 0
