"""What the program is made of: the list for others to check (SBOM), and the comparison with published advisories."""
