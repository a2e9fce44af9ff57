#!/usr/bin/env bash
# Here apt is killed, with dpkg, the first time that the package's script asks for its account: the package is half
# installed then, and what it needs is unpacked and not configured.
set -euo pipefail
dpkg-divert --local --rename --add /usr/sbin/adduser
cat >/usr/sbin/adduser <<'SH'
#!/bin/sh
if [ ! -e /var/tmp/cut-off ]; then
    dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' example-common example-web >/var/tmp/cut-off
    # The scope in which Weft has apt run.
    systemctl kill --signal KILL "$(grep -om 1 'run-.*scope' /proc/self/cgroup)"
    sleep 60
fi
exec /usr/sbin/adduser.distrib "$@"
SH
chmod 0755 /usr/sbin/adduser
