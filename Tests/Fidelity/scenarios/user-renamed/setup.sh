#!/usr/bin/env bash
# A colleague who will get another name; ranges of ids would stay with the old one, so nobody gets any here.
set -euo pipefail
sed -i '/^SUB_[UG]ID_COUNT/d' /etc/login.defs
printf 'SUB_UID_COUNT 0\nSUB_GID_COUNT 0\n' >>/etc/login.defs
useradd --create-home --groups adm dave
