"""Finished faxes for whoever sends them: scripts, call files, gateway messages, a copy shop's sheet.

Nothing here sends anything.
"""
