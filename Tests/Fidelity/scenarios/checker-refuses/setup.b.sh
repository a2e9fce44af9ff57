#!/usr/bin/env bash
# Here sshd would not start with any main file, for one that it includes is broken; and a checker of this node's own
# takes nothing for the other file.
set -euo pipefail
echo 'NoSuchOption yes' >/etc/ssh/sshd_config.d/99-broken.conf
sed -i "1i - {path: '/etc/sudoers.d/site', command: [sh, -c, 'echo no rules here; exit 3', '{}'], reason: a test}" \
    /etc/weft/checks.yaml
