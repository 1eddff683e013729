"""The dialogue engine: values in, values out. No clock, disk, network or await. Start at `bot.engine.step`."""
