#!/usr/bin/env bash
# A file and a folder that will change places.
echo 'level = 3' >/etc/site.conf
mkdir /etc/other.conf
