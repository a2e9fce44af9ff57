#!/usr/bin/env bash
# One colleague leaves and another one comes, whom the system gives the number that is free again.
set -euo pipefail
sudo userdel --remove dave
sudo useradd --create-home erin
