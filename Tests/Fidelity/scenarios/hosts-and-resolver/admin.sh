#!/usr/bin/env bash
# Names a host and a resolver.
set -euo pipefail
echo '192.0.2.7 backup.example.org backup' | sudo tee -a /etc/hosts
printf 'search example.org\nnameserver 192.0.2.53\n' | sudo tee /etc/resolv.conf
