#!/usr/bin/env bash
# Sets kernel parameters for good and at once.
set -euo pipefail
printf 'net.ipv4.conf.all.rp_filter = 1\nnet.ipv4.ip_forward = 1\n' | sudo tee /etc/sysctl.d/90-router.conf
sudo sysctl --load /etc/sysctl.d/90-router.conf
