"""Bytes, mails and keys as files, written so that a power cut takes nothing back."""
