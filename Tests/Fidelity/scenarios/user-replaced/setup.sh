#!/usr/bin/env bash
# A colleague with a password who may do much.
set -euo pipefail
getent group sudo || groupadd sudo
useradd --create-home --groups sudo,adm --password '$6$salt$hash' dave
