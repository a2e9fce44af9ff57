#!/usr/bin/env bash
# Edits a file in nano, as one does at a terminal.
set -euo pipefail
export TERM=xterm
printf '# seen by ann\r\x0f\r\x18' | script --quiet --return --command 'sudo nano /etc/crontab' /dev/null
grep -x '# seen by ann' /etc/crontab
