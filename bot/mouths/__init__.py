"""One source, several mouths: the same content printed on paper, and as a site for the day the service ends."""
