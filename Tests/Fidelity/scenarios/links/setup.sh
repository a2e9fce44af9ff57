#!/usr/bin/env bash
# Links to be changed.
mkdir -p /etc/site/releases/1 /etc/site/releases/2
ln -s releases/1 /etc/site/current
ln -s /etc/hostname /etc/site/name
