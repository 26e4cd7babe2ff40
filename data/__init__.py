"""Artefacts that ship with Dateline; README.md says where each comes from."""
