"""What the program is made of: the SBOM, published advisories about its parts, and the map of its own imports."""
