"""The dialogue engine: values in, values out. No clock, no disk, no network, no await."""
