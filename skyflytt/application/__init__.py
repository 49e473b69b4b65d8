"""Application cards: what has to be known and handed over of every business application before an exit can end."""
