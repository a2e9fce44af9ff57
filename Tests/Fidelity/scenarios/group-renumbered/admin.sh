#!/usr/bin/env bash
# Gives a group another number, and its files with it.
set -euo pipefail
sudo groupmod --gid 3000 operators
sudo chgrp --recursive operators /etc/site
