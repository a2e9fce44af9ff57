#!/usr/bin/env bash
# Two changes, of which a reviewer will take one.
set -euo pipefail
echo 'level = 3' | sudo tee /etc/site-a.conf
echo 'debug = yes' | sudo tee /etc/site-b.conf
