"""The comparison: one workload, the engines that decide it, and the check that they decide it alike before they are timed."""
