"""What the checks in `trees.checks` stand on: findings, every way a case can go, places in files, suppressions."""
