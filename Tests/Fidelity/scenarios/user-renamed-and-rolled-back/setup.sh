#!/usr/bin/env bash
# A colleague with a password; ranges of ids would stay with the new one, so nobody gets any here.
set -euo pipefail
sed -i '/^SUB_[UG]ID_COUNT/d' /etc/login.defs
printf 'SUB_UID_COUNT 0\nSUB_GID_COUNT 0\n' >>/etc/login.defs
useradd --create-home --groups adm --password '$6$salt$hash' dave
# This node lets itself be changed, else nothing could be rolled back.
sed -i 's/^policy: .*/policy: apply/' /etc/weft/weftd.yaml
