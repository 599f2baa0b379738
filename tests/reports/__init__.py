"""Reports: what is on the paper, in both languages."""
