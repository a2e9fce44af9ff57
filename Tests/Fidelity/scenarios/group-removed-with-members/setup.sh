#!/usr/bin/env bash
# A group with members, who are in another one, too.
set -euo pipefail
groupadd --gid 2000 club
groupadd --gid 2001 operators
usermod --append --groups club,operators ann
gpasswd --add bob club
