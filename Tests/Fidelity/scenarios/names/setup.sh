#!/usr/bin/env bash
# A folder for names.
mkdir /etc/site
