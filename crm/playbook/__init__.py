"""The playbook's rules: what to do next in a deal, what may not be done and why, and what is missing.

Each file holds one rule as functions of plain values; `reading` fetches these values from a session.
"""
