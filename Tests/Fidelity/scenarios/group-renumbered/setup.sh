#!/usr/bin/env bash
# A group with files.
set -euo pipefail
groupadd --gid 2000 operators
mkdir /etc/site
echo 1 >/etc/site/a
chgrp --recursive operators /etc/site
