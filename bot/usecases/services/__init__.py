"""The services that requests go to: calendars, keys, addresses, and whether people can write to them."""
