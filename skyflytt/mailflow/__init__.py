"""Whether mail flows: letters really sent, inwards by the domain's own MX and outwards from the new home, and found where they belong."""
