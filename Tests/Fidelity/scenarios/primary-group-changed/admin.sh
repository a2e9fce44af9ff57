#!/usr/bin/env bash
# Puts a user into a group with others instead of the one that has but the user's name, which goes.
set -euo pipefail
sudo groupadd --gid 2100 staffers
sudo usermod --gid staffers dave
sudo groupdel dave
