#!/usr/bin/env bash
# Gives a team another name: one has it as the primary group, the other is in it besides.
set -euo pipefail
sudo groupmod --new-name engineers devs
