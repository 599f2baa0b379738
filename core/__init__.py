"""The kernel of Octant: records, access, history, import, jobs. No business word, no HTTP, no HTML."""
