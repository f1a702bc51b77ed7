"""Benchmarks: workloads with the figures of peers beside ours."""
