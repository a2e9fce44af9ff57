#!/usr/bin/env bash
# A folder to be renamed.
mkdir -p /etc/site/keys
echo 'level = 3' >/etc/site/main.conf
echo 'one' >/etc/site/keys/first
chmod 0700 /etc/site/keys
