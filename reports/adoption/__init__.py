"""How the playbook is used: the decision level met, uses by step, what an advance costs, blocks passed by override."""
