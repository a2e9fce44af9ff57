#!/usr/bin/env bash
# What is needed here is here still.
set -euo pipefail
example-version
