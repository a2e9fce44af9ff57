#!/usr/bin/env bash
# Here apt is killed, with dpkg, the first time that the package's script takes its unit into use: the package is there
# then, and half configured.
set -euo pipefail
dpkg-divert --local --rename --add /usr/bin/deb-systemd-helper
cat >/usr/bin/deb-systemd-helper <<'SH'
#!/bin/sh
if [ ! -e /var/tmp/cut-off ]; then
    dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' example-web >/var/tmp/cut-off
    # The scope in which Weft has apt run.
    systemctl kill --signal KILL "$(grep -om 1 'run-.*scope' /proc/self/cgroup)"
    sleep 60
fi
exec /usr/bin/deb-systemd-helper.distrib "$@"
SH
chmod 0755 /usr/bin/deb-systemd-helper
