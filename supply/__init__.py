"""What the program consists of: its SBOM, published advisories about its packages, and the map of its imports."""
