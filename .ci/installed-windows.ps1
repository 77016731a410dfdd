# Installs the per-user setup program, opens the window, and lets the terminal program make the whole first journey.
#   .ci/installed-windows.ps1 FILE
param([Parameter(Mandatory)] [string] $Setup)
$ErrorActionPreference = 'Stop'
$env:IDIOLECT_DATA_DIR = Join-Path ([IO.Path]::GetTempPath()) 'idiolect-installed'

Write-Output "Installing $Setup."
Start-Process -FilePath $Setup -ArgumentList '/S' -Wait
$folder = Join-Path $env:LOCALAPPDATA 'Idiolect'
if (-not (Test-Path "$folder\models\SmolLM2-135M-Instruct.Q4_1.gguf")) { throw 'The default model was not installed.' }

Write-Output 'Opening the window.'
$program = Start-Process -FilePath "$folder\idiolect.exe" -PassThru
$opened = $false
foreach ($attempt in 1..120) {
  $program.Refresh()
  if ($program.HasExited) { throw 'Idiolect ended before its window opened.' }
  if ($program.MainWindowTitle -eq 'Idiolect') { $opened = $true; break }
  Start-Sleep -Milliseconds 500
}
if (-not $opened) { throw 'No window appeared within a minute.' }
Stop-Process -Id $program.Id

Write-Output 'Making the journey on the sample blog.'
& "$folder\idiolect-cli.exe" demo
if ($LASTEXITCODE -ne 0) { throw "The journey ended with status $LASTEXITCODE." }
Write-Output 'The installed program works.'
