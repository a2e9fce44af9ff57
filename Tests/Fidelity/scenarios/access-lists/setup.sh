#!/usr/bin/env bash
# A file and a folder whose access is to be widened.
mkdir /etc/site
echo 'level = 3' >/etc/site/main.conf
chmod 0640 /etc/site/main.conf
