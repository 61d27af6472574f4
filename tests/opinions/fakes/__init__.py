"""Servers of other houses, played on loopback: 企业微信 and a mailbox. Real sockets, no real service."""
