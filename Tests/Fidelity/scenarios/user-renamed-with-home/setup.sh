#!/usr/bin/env bash
# A colleague with a password and a key, who will get another name; ranges of ids would stay with the old one.
set -euo pipefail
sed -i '/^SUB_[UG]ID_COUNT/d' /etc/login.defs
printf 'SUB_UID_COUNT 0\nSUB_GID_COUNT 0\n' >>/etc/login.defs
useradd --create-home --uid 1800 --password '$6$salt$hash' frank
install --directory --mode 0700 --owner frank --group frank /home/frank/.ssh
install --mode 0600 --owner frank --group frank /dev/null /home/frank/.ssh/authorized_keys
