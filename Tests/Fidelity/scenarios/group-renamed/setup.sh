#!/usr/bin/env bash
# A team and its members.
set -euo pipefail
groupadd --gid 1700 devs
useradd --gid devs hanna
useradd --groups devs ivan
