#!/usr/bin/env bash
# A block list of eight megabytes, loaded twice.
set -euo pipefail
seq -f 'deny host-%07.0f.example.org' 100000 | sudo tee /etc/blocked >/dev/null
seq -f 'deny host-%07.0f.example.org' 250000 | sudo tee /etc/blocked >/dev/null
