#!/usr/bin/env bash
# Edits two files in vim, one of them new, as one does at a terminal.
set -euo pipefail
export TERM=xterm
printf 'Go# seen by ann\e:wq\r' | script --quiet --return --command 'sudo vim /etc/crontab' /dev/null
printf 'ilevel = 3\e:wq\r' | script --quiet --return --command 'sudo vim /etc/site.conf' /dev/null
grep -x '# seen by ann' /etc/crontab
grep -x 'level = 3' /etc/site.conf
