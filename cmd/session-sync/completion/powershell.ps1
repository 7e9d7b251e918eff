# Completion of session-sync for PowerShell. In $PROFILE:
#   session-sync completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName 'session-sync' -ScriptBlock {
    param($word, $command, $position)
    $words = @($command.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $position } |
        ForEach-Object { $_.Extent.Text -replace '["'']', '' })
    # Before 7.3 an empty argument gets lost; "" stands for it.
    $word = $word -replace '["'']', ''
    if ($word -eq '') { $word = '""' }
    $replies = @(& session-sync __complete @words $word 2>$null)
    foreach ($reply in $replies | Where-Object { -not $_.StartsWith(':') }) {
        $text, $about = $reply -split "`t", 2
        if (-not $about) { $about = $text }
        [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $about)
    }
    # Without any result PowerShell completes file names itself.
    if ($replies.Count -eq 1 -and $replies[0] -eq ':none') { '' }
}
