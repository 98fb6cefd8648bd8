"""Benchmarks: what a page costs, beside a bare Flask page measured in the same run."""
