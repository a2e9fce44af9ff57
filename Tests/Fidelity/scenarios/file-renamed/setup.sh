#!/usr/bin/env bash
# A file to be renamed.
mkdir /etc/site
echo 'level = 3' >/etc/site/old.conf
