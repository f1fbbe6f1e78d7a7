"""Rules that stop a part by themselves, on evidence, and let it through again step by step."""
