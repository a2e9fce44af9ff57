#!/usr/bin/env bash
# A group with a member.
set -euo pipefail
groupadd ops
usermod --append --groups ops bob
