@echo off
rem Runs the tandem command line from source; dotnet builds what has changed.
setlocal
set "root=%~dp0"
set "program=%root%artifacts\bin\Tandem.Cli\release\Tandem.Cli.dll"
set "log=%TEMP%\tandem-build-%RANDOM%.log"
dotnet build "%root%src\Tandem.Cli" --configuration Release --verbosity quiet -nologo >"%log%" 2>&1
if errorlevel 1 (
  type "%log%" 1>&2
  del "%log%"
  exit /b 70
)
del "%log%"
dotnet "%program%" %*
exit /b %ERRORLEVEL%
