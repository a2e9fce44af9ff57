#!/usr/bin/env bash
# The account is one of the system all the same, with its group and without a way in.
set -euo pipefail
number=$(id --user collector)
[ "$number" -lt 1000 ]
[ "$(id --group --name collector)" = collector ]
[ "$(getent passwd collector | cut --delimiter=: --fields=7)" = /usr/sbin/nologin ]
