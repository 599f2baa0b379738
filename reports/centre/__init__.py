"""The report centre: what papers there are, who gets them when, which were made, and whether a file is one of ours."""
