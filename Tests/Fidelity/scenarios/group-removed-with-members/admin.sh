#!/usr/bin/env bash
# Removes a group in which there still is somebody.
set -euo pipefail
sudo groupdel club
