"""PATBM: what a village volunteer notes and the office takes over."""
