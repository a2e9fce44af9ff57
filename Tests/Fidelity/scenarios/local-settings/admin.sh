#!/usr/bin/env bash
# Settings of programs that were not installed as packages.
set -euo pipefail
sudo mkdir -p /usr/local/etc/app/conf.d
echo 'port = 9000' | sudo tee /usr/local/etc/app/conf.d/port
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE9sbCBvZiB0aGlzIGlzIGFuIGV4YW1wbGUga2V5ISE bob@example.org' |
    sudo tee -a /home/bob/.ssh/authorized_keys
