"""Other renditions of the content: PDF for printing, and a static site for the day the service ends."""
