"""Speed and memory, measured on this machine. Results go to docs/benchmarks.md with the command that made them."""
