#!/usr/bin/env bash
# One colleague leaves, and another one with the number that is free again comes by a commit of its own.
set -euo pipefail
sudo userdel --remove dave
sudo weft commit -m 'dave has left'
sudo useradd --create-home erin
