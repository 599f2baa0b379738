"""Evidence: what each weapon is worth, and how likely a deal is won, as pure calculation on frames of deals."""
