#!/usr/bin/env bash
# A colleague who will leave.
useradd --create-home --groups adm dave
