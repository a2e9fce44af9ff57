#!/usr/bin/env bash
# What is to be deleted.
mkdir -p /etc/legacy/conf.d
echo 'level = 3' >/etc/legacy/legacy.conf
echo 'more' >/etc/legacy/conf.d/more.conf
echo 'alone' >/etc/alone.conf
