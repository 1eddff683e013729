"""The desk: how workers, editors, operators and data-protection officers reach us. Own port, own cookie."""
