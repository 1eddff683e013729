"""Pages of operators and data-protection officers: doctor, audit, numbers."""
